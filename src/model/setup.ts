import type { Architecture, Packaging } from './prediction.ts';

/** Something that a deployment file says, and where: `file` from the app's root, `line` from 1. Null: computed, so that nobody knows. */
export interface Written<Value> {
  value: Value | null;
  file: string;
  line: number;
}

export interface WrittenVariable extends Written<string> {
  name: string;
}

/** One Lambda function, or the image of one, as a deployment file describes it. What the file does not say is null or empty. */
export interface FunctionSetup {
  /** As the file calls it; a Dockerfile has no name for it. */
  name: string;
  file: string;
  line: number;
  packaging: Packaging | null;
  /** Folder with the code or with the Dockerfile, from the app's root; null where the file does not say. */
  folder: string | null;
  /** Of an image: the Dockerfile's path from the app's root. */
  dockerfile: string | null;
  variables: WrittenVariable[];
  /** There are variables that the file computes, or takes from elsewhere. */
  moreVariables: boolean;
  /** ARNs, with what is computed in them left as it is written. */
  layers: Written<string>[];
  handler: Written<string> | null;
  runtime: Written<string> | null;
  architecture: Written<Architecture> | null;
  memoryMb: Written<number> | null;
  provisioned: boolean;
  invokeMode: Written<string> | null;
  /** What an image copies from an adapter's image: the reference, and from where to where. */
  adapterCopies: (Written<string> & { from: string; to: string; lastStage: boolean })[];
  /** Other files that an image puts under /opt/extensions. */
  extensions: string[];
  exposedPorts: Written<number>[];
  /** The image that the last stage starts from, and whether it sets an entry point of its own. */
  base: (Written<string> & { entrypoint: boolean }) | null;
}

/** A description that says nothing yet. */
export function emptySetup(name: string, file: string, line: number): FunctionSetup {
  return {
    name,
    file,
    line,
    packaging: null,
    folder: null,
    dockerfile: null,
    variables: [],
    moreVariables: false,
    layers: [],
    handler: null,
    runtime: null,
    architecture: null,
    memoryMb: null,
    provisioned: false,
    invokeMode: null,
    adapterCopies: [],
    extensions: [],
    exposedPorts: [],
    base: null,
  };
}
