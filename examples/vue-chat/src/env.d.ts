/// <reference types="vite/client" />

declare module 'vue' {
  interface HTMLAttributes {
    popover?: 'auto' | 'manual';
    onBeforetoggle?: (event: ToggleEvent) => void;
  }
  interface ButtonHTMLAttributes {
    popovertarget?: string;
  }
}

export {};
