// Runs in a worker thread: copies for a build what it can, while its modules are still being judged.
import { copyEarly } from './steps/build/copying.ts';
import { answerTasks } from './system/workers.ts';

answerTasks(copyEarly);
