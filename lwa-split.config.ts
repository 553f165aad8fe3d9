// What `lwa-split analyze` does in this repository when it is given no app: the bundled Express shop.
import { defineConfig } from './src/index.ts';

export default defineConfig({ app: 'examples/express', runs: 5 });
