/** Strokes of the page's icons on a grid of 24 units. */
export const icons = {
  logo: 'M5 9.5h10.4a2.7 2.7 0 1 0-2.7-2.7M19 14.5H8.6a2.7 2.7 0 1 0 2.7 2.7',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8z',
  traffic: 'M7 4v14M3.5 14.5 7 18l3.5-3.5M17 20V6M13.5 9.5 17 6l3.5 3.5',
  auto: 'M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16M12 4v16',
  light:
    'M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4',
  dark: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  person: 'M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5',
  down: 'M12 5v14M6 13l6 6 6-6',
  up: 'M12 19V5M6 11l6-6 6 6',
  close: 'M6 6l12 12M18 6 6 18',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5v13l10-6.5Z',
  clear: 'M5 7h14M10 4h4M7 7l.8 12h8.4L17 7M10 11v5M14 11v5',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5 7 17l8.5-9M11 15.5l1.5 1.5 9-9',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.5l3 2',
  warning: 'M12 4.5 2.8 20h18.4ZM12 10v4.5M12 17.2v.1',
  info: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 11v5M12 8v.1',
  tool: 'M14.5 6.5a4 4 0 0 1 5-1.5l-3 3 .5 2 2 .5 3-3M14.3 7a4.2 4.2 0 0 0 .3 3.2L5 19.5l1.8 1.8 9.2-9.4',
  attach: 'M19 11.5 12 18.5a4.6 4.6 0 0 1-6.5-6.5L12.6 5a3 3 0 0 1 4.3 4.3L9.8 16.3a1.4 1.4 0 0 1-2-2L14 8',
  file: 'M7 3.5h7l4 4V20.5H7zM14 3.5v4h4',
  chevron: 'M9 6l6 6-6 6',
} as const;

export type IconName = keyof typeof icons;
