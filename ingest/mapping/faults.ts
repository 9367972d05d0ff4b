/** Where in a mapping file: `['rules', 0, 'gives', 2, 'value']`. */
export type MappingPath = readonly (string | number)[];

/** Something of a mapping that cannot be what is meant. */
export interface MappingFault {
  readonly path: MappingPath;
  readonly detail: string;
  readonly found?: string | undefined;
  /** It is well formed and can never happen. */
  readonly isNever?: boolean;
}

/** Collects every fault of a mapping while it is compiled, so that all are told at once. */
export class Faults {
  readonly list: MappingFault[] = [];

  add(path: MappingPath, detail: string, found?: string): void {
    this.list.push({ path, detail, found });
  }

  /** What `make` makes; when it throws, its words become a fault and `instead` stands for it. */
  attempt<T>(path: MappingPath, found: string, make: () => T, instead: T): T {
    try {
      return make();
    } catch (error) {
      this.add(path, error instanceof Error ? error.message : String(error), found);
      return instead;
    }
  }
}
