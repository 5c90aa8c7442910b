// LangChain's client of OpenAI.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ToolMessage, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { City, Everything, Text, address, apiKey, collect, embeddingModel, jsonSchema, model } from './sandbox.mjs';

const service = (host) => ({ apiKey, maxRetries: 0, configuration: { baseURL: address(host) } });
const chat = new ChatOpenAI({ model, ...service('llm') });
const weather = tool(() => '21 degrees', { name: 'get_weather', description: 'Weather', schema: City });
const translate = tool(() => 'warm', { name: 'translate', description: 'Words', schema: Text });

describe('@langchain/openai', () => {
  it('invokes and streams a chat, with its usage', async () => {
    const whole = await chat.invoke('Say hello');
    assert.equal(whole.content, 'You said: Say hello');
    const chunks = await collect(await chat.stream('Say hello'));
    const streamed = chunks.reduce((sum, chunk) => sum.concat(chunk));
    assert.equal(streamed.content, whole.content);
    assert.ok(whole.usage_metadata.total_tokens > 0);
  });

  it('binds tools, and gives the model their results', async () => {
    const bound = chat.bindTools([weather, translate]);
    const question = new HumanMessage('translate what get_weather says');
    const first = await bound.invoke([question]);
    assert.deepEqual(first.tool_calls.map((call) => call.name), ['get_weather', 'translate']);
    City.parse(first.tool_calls[0].args);
    const results = first.tool_calls.map((call) => new ToolMessage({ tool_call_id: call.id, content: `${call.name} done` }));
    const second = await bound.invoke([question, first, ...results]);
    assert.equal(second.content, 'The tools said: get_weather done; translate done');
  });

  it('chooses a tool, and assembles its arguments from a stream', async () => {
    for (const [tool_choice, name] of [['translate', 'translate'], ['required', 'get_weather'], ['any', 'get_weather']]) {
      const bound = chat.bindTools([weather, translate], { tool_choice });
      const streamed = (await collect(await bound.stream('Graz'))).reduce((sum, chunk) => sum.concat(chunk));
      assert.deepEqual(streamed.tool_calls.map((call) => call.name), [name], tool_choice);
    }
  });

  it('returns structured output by schema and by function call', async () => {
    // The client itself cannot walk a schema of zod's that contains itself.
    for (const method of ['jsonSchema', 'functionCalling']) {
      for (const schema of [jsonSchema(Everything), Everything.omit({ comments: true })]) {
        const report = await chat.withStructuredOutput(schema, { method, name: 'report' }).invoke('Report');
        assert.equal(Everything.partial({ comments: true }).parse(report).title, 'Report', method);
      }
    }
  });

  it('embeds documents and queries', async () => {
    const embeddings = new OpenAIEmbeddings({ model: embeddingModel, dimensions: 16, ...service('embed') });
    const [first, second] = await embeddings.embedDocuments(['one', 'two']);
    assert.equal(second.length, 16);
    assert.deepEqual(await embeddings.embedQuery('one'), first);
  });
});
