import type { Placement } from '../model/prediction.ts';

/** Where nothing is said about it: the memory that the adapter's own samples use most, and this machine's architecture. */
const DEFAULT_MEMORY_MB = 1024;

/** The function's configuration: what the user typed, over what deployment files say, over what is usual. */
export function placementOf(typed: { memoryMb?: number | undefined }, deployed: Partial<Placement>, arch: string): Placement {
  return {
    memoryMb: typed.memoryMb ?? deployed.memoryMb ?? DEFAULT_MEMORY_MB,
    packaging: deployed.packaging ?? 'zip',
    architecture: deployed.architecture ?? (arch === 'arm64' ? 'arm64' : 'x64'),
    provisioned: deployed.provisioned ?? false,
    asyncInit: deployed.asyncInit ?? false,
    extensions: deployed.extensions ?? [],
  };
}
