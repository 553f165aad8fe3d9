// Run by `npm run lambda-binaries`: the real programs that the tests of src/lambda are checked against.
import { installLambdaBinaries } from './lambda-binaries.ts';

await installLambdaBinaries((line) => console.log(line));
