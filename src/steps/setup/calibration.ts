import { join } from 'node:path';
import { calibrated, lambdaConstants } from '../../model/lambda-facts.ts';
import { Calibration, type LambdaConstants } from '../../model/prediction.ts';
import { UserError } from '../../model/trouble.ts';
import type { ProjectFiles } from '../../system/project-files.ts';

/** What was measured on the user's own account, beside their package.json. */
export const CALIBRATION_FILE = 'lwa-split.calibration.json';

/** The published constants, with what the app's calibration file knows better. Throws UserError for a file that cannot be used. */
export function constantsFor(root: string, files: ProjectFiles): LambdaConstants {
  const text = files.read(join(root, CALIBRATION_FILE));
  if (text === null) return lambdaConstants;
  const parsed = Calibration.strict().safeParse(parse(text));
  if (parsed.success) return calibrated(lambdaConstants, parsed.data);
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : `, at ${issue.path.join('.')}`;
  throw new UserError('calibration-broken', `${CALIBRATION_FILE} cannot be used${at}.`, 'Its fields are those of LambdaConstants in src/model/prediction.ts, all optional; take the file away to use the published ones.', parsed.error);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
