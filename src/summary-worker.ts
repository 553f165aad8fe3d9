// Runs in worker threads: summaries of texts.
import { summarize } from './steps/deferrals/summary.ts';
import { answerTasks } from './system/workers.ts';

answerTasks(summarize);
