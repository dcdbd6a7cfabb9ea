// Two clients that are not ours, unmodified, as a practice's system would use them: a referral is created, read, found
// and updated by each. The address, the token and the referral come as JSON on stdin; what each found goes to stdout.
import { readFileSync } from "node:fs";
import smart from "fhirclient";
import * as kit from "fhir-kit-client";

const { base, token, referral } = JSON.parse(readFileSync(0, "utf8"));
const found = {};
const named = (value) => [{ system: "https://practice.example/requests", value }];
const worse = (request, text) => ({ ...request, note: [...request.note, { text }] });

{
  const storage = () => ({ get: async () => null, set: async (_, value) => value, unset: async () => true });
  const request = { headers: { host: "localhost" }, url: "/", socket: {} };
  const state = { serverUrl: base, tokenResponse: { access_token: token, token_type: "Bearer" } };
  const client = smart(request, {}, storage).client(state);
  const made = await client.create({ ...referral, identifier: named("smart-js") });
  const read = await client.request(`ServiceRequest/${made.id}`);
  const searched = await client.request("ServiceRequest?identifier=https://practice.example/requests|smart-js");
  const pages = await client.request("ServiceRequest?_count=1", { pageLimit: 0, flat: true });
  const updated = await client.update(worse(read, "Said by fhirclient in JavaScript."));
  const release = await client.getFhirRelease();
  let error = "";
  try {
    await client.request("ServiceRequest/0000-0000");
  } catch (wrong) {
    error = wrong.message;
  }
  found["fhirclient"] = { id: made.id, total: searched.total, version: updated.meta.versionId, pages: pages.length, release, error };
}
{
  const Client = kit.default ?? kit.Client;
  const client = new Client({ baseUrl: base, bearerToken: token });
  const made = await client.create({ resourceType: "ServiceRequest", body: { ...referral, identifier: named("kit") } });
  const read = await client.read({ resourceType: "ServiceRequest", id: made.id });
  const searched = await client.search({
    resourceType: "ServiceRequest",
    searchParams: { identifier: "https://practice.example/requests|kit" },
    options: { postSearch: true },
  });
  const updated = await client.update({
    resourceType: "ServiceRequest", id: made.id, body: worse(read, "Said by fhir-kit-client."),
    options: { headers: { "If-Match": `W/"${read.meta.versionId}"` } },
  });
  const first = await client.vread({ resourceType: "ServiceRequest", id: made.id, version: "1" });
  const statement = await client.capabilityStatement();
  const page = await client.search({ resourceType: "ServiceRequest", searchParams: { _count: 1 } });
  const next = await client.nextPage({ bundle: page });
  let status = 0;
  try {
    await client.update({
      resourceType: "ServiceRequest", id: made.id, body: worse(read, "Stale."), options: { headers: { "If-Match": 'W/"1"' } },
    });
  } catch (wrong) {
    status = wrong.response.status;
  }
  found["fhir-kit-client"] = {
    id: made.id, total: searched.total, version: updated.meta.versionId, first: first.meta.versionId,
    release: statement.fhirVersion, other: next.entry[0].resource.id !== page.entry[0].resource.id, status,
  };
}
process.stdout.write(JSON.stringify(found));
