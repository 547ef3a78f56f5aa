import { expect, test } from 'vitest';
import { chartCsv } from '../../client/panel/src/chartCsv.ts';

test('rows by place, empty where a line was not measured, names quoted where they must be', () => {
  const lines = [
    { name: 'all', x: Float64Array.of(1, 2, 4), raw: Float64Array.of(3, Number.NaN, 1) },
    { name: 'a "b", c', x: Float64Array.of(2, 3), raw: Float64Array.of(7, 8) },
  ];
  expect(chartCsv('step', lines)).toBe(
    'step,all,"a ""b"", c"\r\n1,3,\r\n2,NaN,7\r\n3,,8\r\n4,1,\r\n',
  );
});
