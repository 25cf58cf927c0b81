// Loaded into a Gateway by --import: writes, at each SIGWINCH, how its event loop was delayed since the last one, in
// milliseconds. OpenClaw itself listens to the signals that are meant for users.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on('SIGWINCH', () => {
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const delays = {
    p50: ms(histogram.percentile(50)),
    p99: ms(histogram.percentile(99)),
    max: ms(histogram.max),
  };
  histogram.reset();
  writeFileSync(process.env.EVENT_LOOP_DELAY_FILE, JSON.stringify(delays));
});
