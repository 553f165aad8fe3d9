import { z } from 'zod';

const text = z.string().trim().min(1);
const packages = z.array(text);

/** What a config file may set. Each field stands for the command-line option of the same name; paths are relative to the config file. */
export const Config = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the schema of this file.'),
  app: text.optional().describe('Folder with the package.json of the app, or the file that starts the server.'),
  start: text.optional().describe('Shell command that starts the app, where it is not node with the entry file.'),
  node: text.optional().describe('Path of the Node to measure with.'),
  env: z
    .record(text, z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('Environment variables of the app. They are put into no report, cache or log.'),
  envFile: z.union([text, packages]).optional().describe('One or several files of environment variables, in dotenv syntax.'),
  before: text.optional().describe('Shell command to run before each start.'),
  runs: z.union([z.int().min(1), z.literal('auto')]).optional().describe('How many timing runs to make. auto: until the result is within 5 %, at most 60 s.'),
  readinessPath: z.string().startsWith('/').optional().describe('Path that is polled until the app answers, as AWS_LWA_READINESS_CHECK_PATH.'),
  port: z.int().min(1).max(65535).optional().describe('Port of the app, where it does not listen on PORT.'),
  timeout: z.number().positive().max(3600).optional().describe('Seconds that one start may take until its first answer.'),
  memory: z.int().min(128).max(10240).optional().describe('Memory of the Lambda function to predict for, MB.'),
  eager: packages.optional().describe('Packages that are never deferred.'),
  lazy: packages.optional().describe('Packages that are deferred even where the gain is uncertain.'),
});
export type Config = z.infer<typeof Config>;

export type ConfigField = keyof Config;

/** What a value of the field must be, to be read after "must be". */
export const expected: Record<ConfigField, string> = {
  $schema: 'a text',
  app: 'the path of a folder or file',
  start: 'a shell command',
  node: 'the path of a Node executable',
  env: 'names with texts, numbers or booleans as values',
  envFile: 'the path of a file, or a list of them',
  before: 'a shell command',
  runs: 'a whole number from 1 up, or "auto"',
  readinessPath: 'a path that begins with /',
  port: 'a whole number from 1 to 65535',
  timeout: 'a number of seconds from above 0 to 3600',
  memory: 'a whole number of megabytes from 128 to 10240',
  eager: 'a list of package names',
  lazy: 'a list of package names',
};

export type FieldCheck = { ok: true; value: unknown } | { ok: false; problem: string };

/**
 * Checks one value against its field; `shownAs` names it in the problem (`"runs"`, `--runs`). Values of `env` are
 * never repeated, because they may be secrets.
 */
export function checkField(field: ConfigField, value: unknown, shownAs: string): FieldCheck {
  const parsed = Config.shape[field].safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const at = parsed.error.issues[0]?.path ?? [];
  if (field === 'env') return { ok: false, problem: `${shownAs}${at.length > 0 ? `, at ${at.join('.')},` : ''} must be ${expected.env}` };
  return { ok: false, problem: `${shownAs} must be ${expected[field]}, not ${brief(value)}` };
}

/** The published JSON Schema, for `$schema` in a lwa-split.config.json. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(Config), title: 'lwa-split config' };
}

function brief(value: unknown): string {
  const written = JSON.stringify(value) ?? typeof value;
  return written.length > 40 ? `${written.slice(0, 37)}...` : written;
}
