import { expect, it } from 'vitest';
import { checkStages } from './check-stages.js';
import { type Stage } from './stage.js';

const stage = (id: string, more: Partial<Stage> = {}): Stage => ({
  id, title: id, version: 1, needs: [], reads: [], writes: [`work/${id}`], options: null, run: async () => undefined, accept: async () => ({ in: 0, kept: 0, dropped: [] }), ...more,
});

it('accepts stages in order, one inside the folder that another reads', () => {
  expect(() => checkStages([stage('a'), stage('b', { needs: ['a'], reads: ['work/a', '/abs'], options: { x: [1] } })])).not.toThrow();
});
it.each<[string, Stage[]]>([
  ["Two stages are called 'a'.", [stage('a'), stage('a')]],
  ["A stage id is lower-case letters, digits and hyphens, got '../x'.", [stage('../x')]],
  ["Stage 'a' needs 'b', which does not come before it.", [stage('a', { needs: ['b'] }), stage('b')]],
  ["Stage 'a' needs a version ≥ 1, got 0.", [stage('a', { version: 0 })]],
  ["Stage 'a' writes '../x', which is not inside the root.", [stage('a', { writes: ['../x'] })]],
  ["Stage 'a' writes '/x', which is not inside the root.", [stage('a', { writes: ['/x'] })]],
  ["Stages 'a' and 'b' both write 'work/a/sub'.", [stage('a'), stage('b', { writes: ['work\\a/./sub/'] })]],
  ["Stage 'a' reads 'work', which it writes itself.", [stage('a', { reads: ['work'] })]],
  ["Stage 'a' reads 'work/b/x', which 'b' writes after it.", [stage('a', { reads: ['work/b/x'] }), stage('b')]],
  ['The options of stage \'a\' are not JSON: $.at must be a JSON value, got Date.', [stage('a', { options: { at: new Date() } })]],
])('refuses: %s', (message, stages) => {
  expect(() => checkStages(stages)).toThrow(expect.objectContaining({ code: 'PIPELINE_STAGES_INVALID', message }));
});
