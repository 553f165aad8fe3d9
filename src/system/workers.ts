import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** Threads at most: more share one memory bus, and this machine has other work too. */
const mostThreads = 8;
/** Tasks sent at once, at most: one message each would cost as much as a small task. */
const batch = 24;
/** A thread gets no further task with so large a part of all work. */
const largestShare = 0.01;

/**
 * Pure work on every task, spread over the machine's cores; answers in the order of the tasks. `script` calls `answerTasks`. `sizeOf`
 * is how much work a task is, in any unit: threads end together where the largest tasks come first.
 */
export async function inWorkers<Task, Answer>(script: URL, tasks: readonly Task[], sizeOf: (task: Task) => number): Promise<Answer[]> {
  const answers: Answer[] = [];
  const threads = Math.min(availableParallelism(), mostThreads, Math.ceil(tasks.length / batch));
  const most = largestShare * tasks.reduce((sum, task) => sum + sizeOf(task), 0);
  let next = 0;
  await Promise.all(
    Array.from({ length: threads }, async () => {
      // What preloads the caller does not belong in there.
      const worker = new Worker(script, { execArgv: [], env: {} });
      try {
        while (next < tasks.length) {
          const first = next;
          for (let size = 0; next < tasks.length && next < first + batch && size < most; next++) size += sizeOf(tasks[next]!);
          const part = await answerOf<Answer>(worker, tasks.slice(first, next));
          part.forEach((answer, i) => (answers[first + i] = answer));
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return answers;
}

/** Throws what the thread ended with, where it did not answer. */
function answerOf<Answer>(worker: Worker, tasks: readonly unknown[]): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const answered = (answers: Answer[]): void => (forget(), resolve(answers));
    const failed = (error: Error): void => (forget(), reject(error));
    const ended = (code: number): void => failed(new Error(`A worker thread ended with ${code}.`));
    const forget = (): void => void worker.off('message', answered).off('error', failed).off('exit', ended);
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage(tasks, []);
  });
}

/** In a worker's script: answers each task with what `work` makes of it. */
export function answerTasks<Task, Answer>(work: (task: Task) => Answer): void {
  if (!isMainThread) parentPort!.on('message', (tasks: Task[]) => parentPort!.postMessage(tasks.map(work), []));
}
