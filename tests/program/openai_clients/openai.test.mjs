// OpenAI's own client, in both versions that people use.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI6 from 'openai';
import { zodFunction as zodFunction6, zodResponseFormat as zodResponseFormat6 } from 'openai/helpers/zod';
import OpenAI7 from 'openai-7';
import { zodFunction as zodFunction7, zodResponseFormat as zodResponseFormat7 } from 'openai-7/helpers/zod';
import { City, Everything, address, apiKey, collect, embeddingModel, model, refusal, thinkingModel, tools } from './sandbox.mjs';

const versions = [
  { OpenAI: OpenAI6, zodFunction: zodFunction6, zodResponseFormat: zodResponseFormat6, name: 'openai 6' },
  { OpenAI: OpenAI7, zodFunction: zodFunction7, zodResponseFormat: zodResponseFormat7, name: 'openai 7' },
];

for (const { OpenAI, zodFunction, zodResponseFormat, name } of versions) {
  const client = new OpenAI({ baseURL: address('llm'), apiKey, maxRetries: 0 });
  const embeddings = new OpenAI({ baseURL: address('embed'), apiKey, maxRetries: 0 }).embeddings;
  const chat = (question, more = {}) =>
    client.chat.completions.create({ model, messages: [{ role: 'user', content: question }], ...more });
  const calls = (answer) => answer.choices[0].message.tool_calls.map((call) => call.function.name);

  describe(name, () => {
    it('embeds a text in as many numbers in its default encoding as in the plain one', async () => {
      const encoded = await embeddings.create({ model: embeddingModel, input: ['one', 'two'] });
      const plain = await embeddings.create({ model: embeddingModel, input: ['one', 'two'], encoding_format: 'float' });
      assert.equal(encoded.data[0].embedding.length, 32);
      assert.deepEqual(encoded.data.map((one) => Array.from(one.embedding)), plain.data.map((one) => one.embedding));
    });

    it('embeds in the number of dimensions it asks for, whether of texts or of tokens', async () => {
      for (const input of ['text', ['text'], [1, 2, 3], [[1, 2], [3]]]) {
        const { data } = await embeddings.create({ model: embeddingModel, input, dimensions: 7 });
        assert.deepEqual(data.map((one) => one.embedding.length), Array(Array.isArray(input[0]) ? 2 : 1).fill(7));
      }
      assert.equal((await refusal(embeddings.create({ model: embeddingModel, input: 'x', dimensions: 0 }))).status, 400);
    });

    it('calls a tool by default, and answers once the tool has', async () => {
      const first = await chat('How warm is it in Graz?', { tools });
      assert.equal(first.choices[0].finish_reason, 'tool_calls');
      assert.equal(first.choices[0].message.content, null);
      assert.deepEqual(calls(first), ['get_weather']);
      const [call] = first.choices[0].message.tool_calls;
      City.parse(JSON.parse(call.function.arguments));
      const second = await client.chat.completions.create({ model, tools, messages: [
        { role: 'user', content: 'How warm is it in Graz?' }, first.choices[0].message,
        { role: 'tool', tool_call_id: call.id, content: '21 degrees' }] });
      assert.equal(second.choices[0].message.content, 'The tools said: 21 degrees');
      assert.equal(second.choices[0].finish_reason, 'stop');
    });

    it('gets the calls that tool_choice and parallel_tool_calls ask for', async () => {
      const named = { type: 'function', function: { name: 'translate' } };
      const both = 'translate what get_weather says';
      const rows = [
        ['hi', { tool_choice: 'required' }, ['get_weather']],
        ['hi', { tool_choice: named }, ['translate']],
        ['hi', { parallel_tool_calls: true }, ['get_weather', 'translate']],
        ['please translate', {}, ['translate']],
        [both, {}, ['get_weather', 'translate']],
        [both, { parallel_tool_calls: false }, ['get_weather']],
        [both, { tool_choice: named }, ['translate']],
      ];
      for (const [question, more, expected] of rows) {
        const answer = await chat(question, { tools, ...more });
        assert.deepEqual(calls(answer), expected, JSON.stringify([question, more]));
        const ids = answer.choices[0].message.tool_calls.map((call) => call.id);
        assert.equal(new Set(ids).size, expected.length);
      }
      const none = await chat('hi', { tools, tool_choice: 'none' });
      assert.equal(none.choices[0].message.content, 'You said: hi');
    });

    it('streams the arguments of parallel calls in pieces', async () => {
      const request = { model, tools, parallel_tool_calls: true, messages: [{ role: 'user', content: 'How warm is it in Graz?' }] };
      const whole = await client.chat.completions.create(request);
      const stream = client.chat.completions.stream(request);
      const pieces = (await collect(stream)).flatMap((chunk) => chunk.choices.flatMap((one) => one.delta.tool_calls ?? []));
      assert.ok(pieces.filter((piece) => piece.index === 0 && piece.function.arguments).length > 2);
      const assembled = (await stream.finalChatCompletion()).choices[0];
      assert.equal(assembled.finish_reason, 'tool_calls');
      const facts = (made) => made.map((call) => [call.function.name, call.function.arguments]);
      assert.deepEqual(facts(assembled.message.tool_calls), facts(whole.choices[0].message.tool_calls));
    });

    it('runs its own loop of tools to the end', async () => {
      const asked = [];
      const runner = client.chat.completions.runTools({ model, messages: [{ role: 'user', content: 'Graz' }], tools: [
        zodFunction({ name: 'get_weather', parameters: City, function: (value) => (asked.push(value), 'sunny') })] });
      assert.equal(await runner.finalContent(), 'The tools said: sunny');
      assert.deepEqual(asked, [{ city: 'Graz', unit: 'celsius', days: 2 }]);
    });

    it('parses a structured answer with everything that strict mode takes', async () => {
      const answer = await client.chat.completions.parse({ model, messages: [{ role: 'user', content: 'Report' }],
        response_format: zodResponseFormat(Everything, 'report') });
      const report = answer.choices[0].message.parsed;
      assert.equal(report.title, 'Report');
      assert.equal(report.shape.kind, 'square');
      assert.equal(report.other_shape.kind, 'circle');
    });

    it('is refused output that a regular expression at the top of the schema binds, and a schema without values', async () => {
      const format = (schema) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } });
      const bound = { anyOf: [{ type: 'string', pattern: '^a' }] };
      for (const schema of [bound, { $ref: '#/$defs/None' }, { type: 'integer', minimum: 3, maximum: 2 }, false]) {
        assert.equal((await refusal(chat('hi', format(schema)))).status, 400, JSON.stringify(schema));
      }
    });

    it('gets as many answers as n says, each whole and as a stream', async () => {
      const whole = await chat('hi', { n: 3 });
      assert.deepEqual(whole.choices.map((one) => [one.index, one.message.content]),
        [[0, 'You said: hi'], [1, 'You said: hi (answer 2)'], [2, 'You said: hi (answer 3)']]);
      const texts = ['', '', ''];
      for await (const chunk of await chat('hi', { n: 3, stream: true })) {
        for (const one of chunk.choices) texts[one.index] += one.delta.content ?? '';
      }
      assert.deepEqual(texts, whole.choices.map((one) => one.message.content));
    });

    it('may give stop as a text, a list, an empty list or null, and as nothing else', async () => {
      const rows = [[' two', 'You said: one'], [[' three', ' two'], 'You said: one'], [[], 'You said: one two three'],
        [null, 'You said: one two three'], ['', 'You said: one two three'], [['', 'none'], 'You said: one two three']];
      for (const [stop, text] of rows) {
        const { choices } = await chat('one two three', { stop });
        assert.equal(choices[0].message.content, text, JSON.stringify(stop));
        assert.equal(choices[0].finish_reason, 'stop');
      }
      for (const stop of [5, { a: 1 }, [5], ['a', null]]) {
        assert.equal((await refusal(chat('hi', { stop }))).status, 400, JSON.stringify(stop));
      }
    });

    it('is refused a list of prompts, as by the service', async () => {
      const one = await client.completions.create({ model, prompt: 'Once' });
      assert.equal(one.choices[0].text, ' ... and so on, after: Once');
      for (const prompt of [['Once'], ['a', 'b'], [1, 2], [[1], [2]]]) {
        const error = await refusal(client.completions.create({ model, prompt }));
        assert.equal(error.status, 400);
      }
    });

    it('gets log probabilities on the model\'s own host, and none on the shared one', async () => {
      const question = { messages: [{ role: 'user', content: 'hi' }], logprobs: true, top_logprobs: 2 };
      assert.equal((await chat('hi', question)).choices[0].logprobs, null);
      const own = new OpenAI({ baseURL: address('chutes-deepseek-ai-deepseek-v3-2-tee'), apiKey, maxRetries: 0 });
      const { choices: [choice] } = await own.chat.completions.create({ model, ...question });
      assert.equal(choice.logprobs.content.map((entry) => entry.token).join(''), choice.message.content);
      for (const entry of choice.logprobs.content) {
        assert.equal(entry.top_logprobs.length, 2);
        assert.equal(Buffer.from(entry.bytes).toString(), entry.token);
        assert.ok(entry.logprob < 0 && entry.top_logprobs[1].logprob < entry.logprob);
      }
    });

    it('sees what the model thinks before it answers, and can turn that off', async () => {
      const thinking = { model: thinkingModel };
      const answer = await chat('hi', thinking);
      assert.equal(answer.choices[0].message.reasoning_content, 'The user said: hi I shall repeat it.');
      assert.ok(answer.usage.reasoning_tokens > 0);
      const chunks = await collect(await chat('hi', { ...thinking, stream: true }));
      assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? '').join(''),
        answer.choices[0].message.reasoning_content);
      const off = await chat('hi', { ...thinking, chat_template_kwargs: { thinking: false } });
      assert.equal(off.choices[0].message.reasoning_content, null);
      const on = await chat('hi', { chat_template_kwargs: { enable_thinking: true } });
      assert.equal(typeof on.choices[0].message.reasoning_content, 'string');
    });

    it('finds the usage in the last chunk of a stream', async () => {
      const chunks = await collect(await chat('hi', { stream: true, stream_options: { include_usage: true } }));
      const whole = await chat('hi');
      assert.deepEqual(chunks.at(-1).choices, []);
      assert.deepEqual(chunks.at(-1).usage, whole.usage);
    });

    it('finds the models of the catalogue, and those that have a new name by the old one', async () => {
      const names = (await collect(await client.models.list())).map((one) => one.id);
      assert.ok(names.includes(model) && names.every((one) => one.endsWith('-TEE')));
      for (const old of ['deepseek-ai/DeepSeek-V3.2', 'Qwen/Qwen3-32B', 'deepseek-ai/DeepSeek-V3-0324']) {
        assert.equal((await chat('hi', { model: old })).model, `${old}-TEE`);
      }
      assert.equal((await refusal(chat('hi', { model: 'deepseek-ai/DeepSeek-V3' }))).status, 404);
    });

    it('is told of a tool_choice without that tool, and of arguments that are no JSON', async () => {
      const other = { type: 'function', function: { name: 'other' } };
      for (const more of [{ tools, tool_choice: other }, { tool_choice: 'required' }, { tools, tool_choice: 'some' },
        { tools: [{ type: 'function', function: {} }] }]) {
        assert.equal((await refusal(chat('hi', more))).status, 400, JSON.stringify(more));
      }
      const broken = { role: 'assistant', tool_calls: [{ id: '1', type: 'function', function: { name: 'a', arguments: '{' } }] };
      const error = await refusal(client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }, broken] }));
      assert.equal(error.status, 400);
    });
  });
}
