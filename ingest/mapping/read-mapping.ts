import { z } from 'zod';
import { type Mapping, mappingSchema } from '../../domain/estate/mapping.ts';
import type { Problem } from '../../domain/problems.ts';
import { type ExpectedForm, expectedFormOf, faultsOf } from '../../store/estate/expected-form.ts';
import { parseYaml, type YamlFile } from '../../store/estate/yaml-file.ts';
import { checkMapping } from './check-mapping.ts';
import { failedExamples } from './examples.ts';
import type { MappingFault } from './faults.ts';
import { type MappedDecoder, mappedDecoder } from './mapped-decoder.ts';

/** A mapping file read: what it says, or every problem at once, each with its line. */
export interface ReadMapping {
  /** Its name, so far as the file says one. */
  readonly name: string | undefined;
  readonly decoder: MappedDecoder | undefined;
  readonly problems: readonly Problem[];
  /** A fault found later, in the words of a problem. */
  readonly problemOf: (fault: MappingFault) => Problem;
}

let form: ExpectedForm | undefined;

/** Whoever is still looking for what a message means has no examples yet. */
const draftSchema = mappingSchema.extend({ examples: mappingSchema.shape.examples.default([]) });

export function readMapping(name: string, text: string, { isDraft = false } = {}): ReadMapping {
  const parsed = parseYaml(name, text);
  const problemOf = (fault: MappingFault) => tell(fault, parsed.file);
  const fail = (problems: readonly Problem[]): ReadMapping => {
    const said = z.looseObject({ mapping: z.string() }).safeParse(parsed.file.value).data?.mapping;
    return { name: said, decoder: undefined, problems, problemOf };
  };
  if (!parsed.readable) return fail(parsed.problems);
  const judged = (isDraft ? draftSchema : mappingSchema).safeParse(parsed.file.value);
  if (!judged.success) {
    form ??= expectedFormOf(mappingSchema);
    const faults = faultsOf(judged.error.issues, parsed.file.value, form);
    return fail([
      ...parsed.problems,
      ...faults.map(({ path, detail, found, expected }): Problem => {
        const key = path.join('.') || 'the file';
        const line = parsed.file.lineOf(path);
        const said = detail === undefined ? key : `${key}: ${detail}`;
        return { code: 'mapping.invalid', where: name, line, detail: said, found, expected };
      }),
    ]);
  }
  const { decoder, problems } = judgeMapping(judged.data, problemOf);
  return { name: judged.data.mapping, decoder, problems: [...parsed.problems, ...problems], problemOf };
}

/** A mapping of the right form: compiled, checked, and proved by its own examples. */
function judgeMapping(mapping: Mapping, problemOf: (fault: MappingFault) => Problem) {
  const { decoder, faults } = mappedDecoder(mapping);
  const found = [...faults, ...checkMapping(decoder)];
  // The examples of a mapping with faults would only say so again.
  if (found.length > 0) return { decoder: undefined, problems: found.map(problemOf) };
  const failed = failedExamples(decoder).map((fault): Problem => ({ ...problemOf(fault), code: 'mapping.example' }));
  return { decoder, problems: failed };
}

function tell({ path, detail, found, isNever }: MappingFault, file: YamlFile): Problem {
  const code = isNever === true ? 'mapping.never' : 'mapping.invalid';
  return { code, where: file.name, line: file.lineOf(path), detail: `${path.join('.')}: ${detail}`, found };
}
