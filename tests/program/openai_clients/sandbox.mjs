// What the tests of these clients share: where the sandbox is, a schema of everything that strict mode takes, two tools.
import assert from 'node:assert/strict';
import * as z from 'zod';

export const model = 'deepseek-ai/DeepSeek-V3.2-TEE';
export const thinkingModel = 'moonshotai/Kimi-K3-TEE';
export const embeddingModel = 'Qwen/Qwen3-Embedding-8B-TEE';
export const apiKey = process.env.CHUTES_API_KEY;
export const address = (host) => `${process.env.CHUTES_HOST_TEMPLATE.replace('{host}', host)}/v1`;

const Comment = z.object({
  author: z.string(),
  get replies() {
    return z.array(Comment); // recursive: a $ref to itself
  },
});
const Circle = z.object({ kind: z.literal('circle'), radius: z.number().gt(0).lt(1) });
const Square = z.object({ kind: z.literal('square'), side: z.int().min(7).max(9) });

export const Everything = z.object({
  title: z.string(),
  state: z.enum(['open', 'closed']),
  closed_by: z.string().nullable(),
  shape: z.union([Square, Circle]),
  other_shape: z.union([Circle, Square]),
  sizes: z.array(z.int().min(40)).min(3).max(5),
  share: z.number().min(0.25).max(0.75),
  even: z.int().multipleOf(2),
  done: z.boolean(),
  nothing: z.null(),
  comments: z.array(Comment),
});

export const City = z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']), days: z.int().min(2) });
export const Text = z.object({ text: z.string() });

// A schema as a request has it.
export const jsonSchema = (schema) => z.toJSONSchema(schema, { target: 'draft-7' });

export const tools = [
  { type: 'function', function: { name: 'get_weather', description: 'Weather', strict: true, parameters: jsonSchema(City) } },
  { type: 'function', function: { name: 'translate', description: 'Words', parameters: jsonSchema(Text) } },
];

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

// The error a promise is rejected with.
export async function refusal(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    return error;
  }
  assert.fail(`not refused: ${JSON.stringify(answer)}`);
}
