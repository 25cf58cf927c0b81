/** `npm run check` */
import { checkSteps } from './check-steps.ts';
import { runSteps, summarise } from './steps.ts';

summarise(await runSteps(checkSteps));
