// The official @notionhq/client speaks to the emulated Notion, and knows what its webhooks have signed.

import assert from "node:assert/strict";
import test from "node:test";

import {
  APIErrorCode,
  APIResponseError,
  Client,
  UnknownHTTPResponseError,
  collectPaginatedAPI,
  isFullDatabase,
  isFullDataSource,
  isFullPage,
  signWebhookPayload,
  verifyWebhookSignature,
} from "@notionhq/client";

const MEBIBYTE = 1024 * 1024;
const open = (options = {}) =>
  new Client({ auth: "ntn_testkey", baseUrl: process.env.NOTION_URL, retry: false, logLevel: "error", ...options });
const failing = (fault, options = {}) =>
  open({
    fetch: (url, request) => fetch(url, { ...request, headers: { ...request.headers, "x-emulator-fault": fault } }),
    ...options,
  });
const sdk = open();
const database = await sdk.databases.retrieve({ database_id: process.env.NOTION_DATABASE_ID });
const table = database.data_sources[0].id;
const text = (content) => [{ text: { content } }];
const film = (title, properties = {}, client = sdk) =>
  client.pages.create({
    parent: { type: "data_source_id", data_source_id: table },
    properties: { Title: { title: text(title) }, ...properties },
  });
const titleOf = (page) => page.properties.Title.title.map((piece) => piece.plain_text).join("");
const refused = (status, code) => (error) => {
  assert.ok(error instanceof APIResponseError, `${error}`);
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.match(error.request_id, /^[0-9a-f-]{36}$/);
  return true;
};

test("the integration learns who it is", async () => {
  const me = await sdk.users.me({});
  assert.equal(me.type, "bot");
  assert.equal(me.bot.workspace_limits.max_file_upload_size_in_bytes, 5 * 1024 * MEBIBYTE);
});

test("a database leads to its table and its columns", async () => {
  assert.ok(isFullDatabase(database));
  const source = await sdk.dataSources.retrieve({ data_source_id: table });
  assert.ok(isFullDataSource(source));
  assert.equal(source.properties.Status.status.options.length, 27);
  assert.equal(source.properties.Title.id, "title");
});

test("a table gets a column and a choice", async () => {
  const known = (await sdk.dataSources.retrieve({ data_source_id: table })).properties.Channel.select.options;
  const options = [...known.map(({ id }) => ({ id })), { name: "from-js" }];
  const changed = await sdk.dataSources.update({
    data_source_id: table,
    properties: { Channel: { select: { options } }, Length: { number: { format: "number" } } },
  });
  assert.deepEqual(
    changed.properties.Channel.select.options.map((option) => option.name),
    [...known.map((option) => option.name), "from-js"],
  );
  assert.equal(changed.properties.Length.type, "number");
});

test("a database is made below a page", async () => {
  const above = await film("A page with a table");
  const made = await sdk.databases.create({
    parent: { type: "page_id", page_id: above.id },
    title: text("Ideas"),
    initial_data_source: { properties: { Idea: { title: {} } } },
  });
  const changed = await sdk.databases.update({ database_id: made.id, title: text("Thoughts") });
  assert.equal(changed.title[0].plain_text, "Thoughts");
});

test("a page is made, read, changed and thrown away", async () => {
  const page = await film("The Heron", { Status: { status: { name: "Draft" } }, Channel: { select: { name: "new-channel" } } });
  assert.ok(isFullPage(page));
  const changed = await sdk.pages.update({
    page_id: page.id,
    properties: { Status: { status: { name: "Queued" } }, Cost: { number: 1.25 }, YouTube: { url: "https://youtu.be/x" } },
  });
  assert.deepEqual(await sdk.pages.retrieve({ page_id: page.id }), changed);
  assert.equal(changed.properties.Status.status.name, "Queued");
  assert.equal((await sdk.pages.update({ page_id: page.id, in_trash: true })).in_trash, true);
});

test("a value is read piece by piece", async () => {
  const page = await film("Long notes", { Notes: { rich_text: [..."abc"].map((content) => ({ text: { content } })) } });
  const property_id = page.properties.Notes.id;
  const first = await sdk.pages.properties.retrieve({ page_id: page.id, property_id, page_size: 2 });
  const rest = await sdk.pages.properties.retrieve({ page_id: page.id, property_id, start_cursor: first.next_cursor });
  assert.deepEqual([...first.results, ...rest.results].map((item) => item.rich_text.plain_text), ["a", "b", "c"]);
});

test("a table is queried, sorted and paged through", async () => {
  const asked = {
    data_source_id: table,
    filter: {
      and: [
        { property: "Status", status: { equals: "Draft" } },
        { property: "Channel", select: { equals: "demo" } },
        { timestamp: "last_edited_time", last_edited_time: { on_or_after: "2020-01-01T00:00:00Z" } },
      ],
    },
    sorts: [
      { property: "Priority", direction: "ascending" },
      { timestamp: "created_time", direction: "ascending" },
    ],
    page_size: 2,
  };
  const first = await sdk.dataSources.query(asked);
  assert.deepEqual([first.results.length, first.has_more, first.request_status.type], [2, true, "complete"]);
  const pages = await collectPaginatedAPI(sdk.dataSources.query, asked);
  assert.deepEqual(pages.map((page) => page.properties.Priority.select.name), ["High", "Normal", "Normal", "Low", "Low"]);
  assert.equal(titleOf(pages[0]), "The Fox at the Frozen River");
});

test("a query shows only what is asked for", async () => {
  const found = await sdk.dataSources.query({ data_source_id: table, filter_properties: ["title"], page_size: 1 });
  assert.deepEqual(Object.keys(found.results[0].properties), ["Title"]);
});

test("a query may be incomplete", async () => {
  const found = await failing("incomplete").dataSources.query({ data_source_id: table });
  assert.deepEqual(found.request_status, { type: "incomplete", incomplete_reason: "query_result_limit_reached" });
});

test("content is appended and listed", async () => {
  const page = await film("With content");
  const children = ["one", "two"].map((content) => ({ paragraph: { rich_text: text(content) } }));
  const { results } = await sdk.blocks.children.append({ block_id: page.id, children });
  await sdk.blocks.children.append({
    block_id: page.id,
    children: [{ paragraph: { rich_text: text("between") } }],
    position: { type: "after_block", after_block: { id: results[0].id } },
  });
  const listed = await collectPaginatedAPI(sdk.blocks.children.list, { block_id: page.id, page_size: 2 });
  assert.deepEqual(listed.map((block) => block.paragraph.rich_text[0].plain_text), ["one", "between", "two"]);
});

test("a comment is written and listed", async () => {
  const page = await film("With comments");
  await sdk.comments.create({ parent: { page_id: page.id }, rich_text: text("Look") });
  const { results } = await sdk.comments.list({ block_id: page.id });
  assert.deepEqual(results.map((comment) => comment.rich_text[0].plain_text), ["Look"]);
});

test("a file is uploaded, attached and fetched", async () => {
  const made = await sdk.fileUploads.create({ mode: "single_part", filename: "line.mp3", content_type: "audio/mpeg" });
  const data = new Blob(["sound"], { type: "audio/mpeg" });
  const sent = await sdk.fileUploads.send({ file_upload_id: made.id, file: { filename: "line.mp3", data } });
  assert.deepEqual([made.status, sent.status, sent.content_length], ["pending", "uploaded", 5]);
  const page = await film("With a file", { Files: { files: [{ type: "file_upload", file_upload: { id: made.id }, name: "Line 1" }] } });
  const [file] = page.properties.Files.files;
  assert.equal(await (await fetch(file.file.url)).text(), "sound");
  assert.equal((await sdk.fileUploads.retrieve({ file_upload_id: made.id })).expiry_time, null);
});

test("a file is uploaded in parts", async () => {
  const made = await sdk.fileUploads.create({ mode: "multi_part", filename: "film.mp4", content_type: "video/mp4", number_of_parts: 2 });
  for (const [part_number, size] of [["1", 5 * MEBIBYTE], ["2", 10]]) {
    const data = new Blob([new Uint8Array(size)], { type: "video/mp4" });
    await sdk.fileUploads.send({ file_upload_id: made.id, file: { filename: "film.mp4", data }, part_number });
  }
  const done = await sdk.fileUploads.complete({ file_upload_id: made.id });
  assert.deepEqual([done.status, done.content_length], ["uploaded", 5 * MEBIBYTE + 10]);
});

test("the newest version is spoken, too", async () => {
  const newest = open({ notionVersion: "2026-03-11" });
  const page = await film("In the newest version", {}, newest);
  assert.equal((await newest.pages.update({ page_id: page.id, in_trash: true })).in_trash, true);
});

const refusals = [
  ["rate limited", 429, APIErrorCode.RateLimited],
  ["rate limited by the workspace", 429, APIErrorCode.RateLimited],
  ["service overload", 529, APIErrorCode.ServiceOverload],
  ["conflict", 409, APIErrorCode.ConflictError],
  ["broken", 500, APIErrorCode.InternalServerError],
  ["overloaded", 503, APIErrorCode.ServiceUnavailable],
  ["timed out", 504, APIErrorCode.GatewayTimeout],
  ["restricted", 403, APIErrorCode.RestrictedResource],
  ["token revoked", 401, APIErrorCode.Unauthorized],
  ["not shared", 404, APIErrorCode.ObjectNotFound],
];
for (const [fault, status, code] of refusals) {
  test(`"${fault}" is an error of status ${status}`, async () => {
    await assert.rejects(failing(fault).dataSources.retrieve({ data_source_id: table }), refused(status, code));
  });
}

for (const fault of ["bad gateway", "database away"]) {
  test(`"${fault}" is an error whose code the SDK does not know`, async () => {
    await assert.rejects(failing(fault).users.me({}), (error) => error instanceof UnknownHTTPResponseError);
  });
}

test("a limit says whose it is", async () => {
  for (const [fault, reason] of [
    ["rate limited", "public_api_request_rate_limit"],
    ["rate limited by the workspace", "public_api_space_request_rate_limit"],
  ]) {
    await assert.rejects(failing(fault).users.me({}), (error) => {
      assert.deepEqual(error.additional_data, { rate_limit_reason: reason });
      assert.equal(error.headers.get("retry-after"), "1");
      return true;
    });
  }
});

test("the SDK comes again after a limit, and after an overload", async () => {
  for (const fault of ["rate limited", "service overload"]) {
    let calls = 0;
    const impatient = open({
      retry: { maxRetries: 1 },
      fetch: (url, request) =>
        fetch(url, calls++ ? request : { ...request, headers: { ...request.headers, "x-emulator-fault": fault } }),
    });
    assert.equal((await impatient.users.me({})).type, "bot");
    assert.equal(calls, 2);
  }
});

test("mistakes are errors of validation", async () => {
  const invalid = refused(400, APIErrorCode.ValidationError);
  await assert.rejects(film("x", { Status: { status: { name: "Filming" } } }), invalid);
  await assert.rejects(film("x", { Length2: { number: 1 } }), invalid);
  await assert.rejects(film("x", { YouTube: { url: "" } }), invalid);
  await assert.rejects(film("x".repeat(2001)), invalid);
  await assert.rejects(sdk.dataSources.query({ data_source_id: table, page_size: 101 }), invalid);
  await assert.rejects(sdk.pages.retrieve({ page_id: "abc" }), invalid);
});

test("an unknown version, a wrong token and a missing page are refused", async () => {
  await assert.rejects(open({ notionVersion: "2024-01-01" }).users.me({}), (error) => error.status === 400);
  await assert.rejects(open({ auth: "ntn_another" }).users.me({}), refused(401, APIErrorCode.Unauthorized));
  const page_id = "11111111-2222-4333-8444-555555555555";
  await assert.rejects(sdk.pages.retrieve({ page_id }), refused(404, APIErrorCode.ObjectNotFound));
});

for (const fault of ["reset", "lost answer", "truncated"]) {
  test(`"${fault}" is an error of the connection`, async () => {
    await assert.rejects(failing(fault).users.me({}));
  });
}

const verificationToken = process.env.NOTION_VERIFICATION_TOKEN;

for (const { fault, raw, signature } of JSON.parse(process.env.NOTION_POSTS)) {
  test(`an event that is ${fault ?? "genuine"} is ${fault ? "not " : ""}verified`, async () => {
    assert.equal(await verifyWebhookSignature({ body: raw, signature, verificationToken }), fault === null);
    if (fault === null) assert.equal(await signWebhookPayload({ body: raw, verificationToken }), signature);
  });
}

test("an event names its page", () => {
  const event = JSON.parse(JSON.parse(process.env.NOTION_POSTS)[0].raw);
  assert.deepEqual([event.type, event.entity.type, event.data.parent.data_source_id], ["page.created", "page", table]);
});
