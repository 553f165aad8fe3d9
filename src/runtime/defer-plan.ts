/** What `plan.json` of a folder with rewritten texts says. Written by `steps/rewrite`, read by the defer loader. */
export type DeferPlan = { files: DeferPlanFile[] };

export type DeferPlanFile = {
  /** Absolute path of the original, without symbolic links. */
  file: string;
  /** First 32 hexadecimal digits of the SHA-256 of the original text, without a byte order mark: a file that changed runs as it is. */
  hash: string;
  /** Name of the file in the folder that holds the text to run instead. */
  text: string;
  module: 'cjs' | 'esm';
};
