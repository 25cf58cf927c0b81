import { startHost } from '../peer/host.ts';
import type { CodedScenario } from '../scenario.ts';
import { given, Unmet } from '../unmet.ts';
import type { AgentStage } from './stage.ts';

const image = { name: 'cat.png', mime: 'image/png', size: 1024 };

export const fileScenarios: readonly CodedScenario<AgentStage>[] = [
  {
    title: 'fetches nothing from elsewhere, whether it is sent or led there',
    requirement: 'R-FILE-10',
    async run(stage) {
      const { host, subject } = stage;
      const elsewhere = await startHost(0);
      const elsewhereUrl = elsewhere.url.replace('ws', 'http');
      host.leadsTo = `${elsewhereUrl}/led`;
      try {
        (await stage.peer()).drop();
        const agent = await stage.meet({ files: { url: '/files', maxBytes: 1_000_000 } });
        const attachments = [
          { ...image, id: 'f1', url: `${elsewhereUrl}/sent` },
          { ...image, id: 'f2', url: '/files/f2' },
        ];
        await given('R-TURN-2', stage.ended(await stage.tell(subject.prompts.quick, { attachments })));
        const [path] = elsewhere.requests;
        if (path === undefined) return;
        throw new Unmet(
          'no request to another server than the relay',
          `came one for ${path}`,
          agent.excerpt(),
        );
      } finally {
        host.leadsTo = undefined;
        await elsewhere.close();
      }
    },
  },
];
