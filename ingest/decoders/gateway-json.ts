import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { boundedJson } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { type Point, pointsIn } from '../named-points.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { readQuantity } from '../written-units.ts';

/** The points a name means: the whole path or its end. */
function called(points: readonly Point[], name: string): Point[] {
  return points.filter(({ path }) => path === name || path.endsWith(`/${name}`));
}

/** Without a channel: the one present value in a unit of what the meter counts, else the only number of the message. */
function unnamed(points: readonly Point[], quantity: string | undefined): Point[] {
  const present = points.filter(
    (point) => point.present && quantity !== undefined && point.unit?.quantity === quantity,
  );
  if (present.length > 0) return present;
  const numbers = points.filter((point) => point.present && strictNumber(point.raw) !== undefined);
  const [only] = numbers;
  return numbers.length === 1 && only && only.unit === undefined ? [only] : [];
}

function gather(points: readonly Point[], meter: Listener, into: Gathered): void {
  const [register, rate] = meter.channel?.split(';') ?? [];
  const quantity = readQuantity(meter.unit);
  const found = register === undefined ? unnamed(points, quantity) : called(points, register);
  const many = new Set(found.map(({ path }) => path)).size > 1 || (register === undefined && found.length > 1);
  if (many) {
    const detail =
      register === undefined
        ? `${found.length} points count ${quantity}; the channel names one`
        : `${found.length} points are called ${sayValue(register)}`;
    into.doubt(meter, 'message.unparsable', detail);
    return;
  }
  for (const point of found) {
    if (point.bad !== undefined) {
      into.doubt(meter, 'reading.bad-quality', `the quality of ${nameOf(point)} is ${sayValue(point.bad)}`);
    } else if (point.oddUnit !== undefined) {
      into.doubt(meter, 'reading.wrong-unit', `the unit of ${nameOf(point)} is ${sayValue(point.oddUnit)}`);
    } else if (point.oddTime !== undefined) {
      into.doubt(meter, 'message.unparsable', `the time of ${nameOf(point)} is ${sayValue(point.oddTime)}`);
    } else into.register(meter, { name: nameOf(point), ...point });
  }
  const rates = rate === undefined ? unnamedRate(points, meter, register) : called(points, rate);
  for (const point of rates) {
    if (point.bad === undefined && point.oddTime === undefined) into.instant(meter, { name: nameOf(point), ...point });
  }
}

/** The only present power of an energy meter's message, or flow of a volume meter's. */
function unnamedRate(points: readonly Point[], meter: Listener, register: string | undefined): Point[] {
  if (register !== undefined) return [];
  const wanted = readQuantity(meter.unit) === 'volume' ? 'flow' : 'power';
  const rates = points.filter((point) => point.present && point.unit?.quantity === wanted);
  return rates.length === 1 ? rates : [];
}

function nameOf({ path }: Point): string {
  return path === '' ? 'the value' : path.length > 80 ? `…${path.slice(-79)}` : path;
}

/** Gateways that read Modbus, M-Bus, BACnet or OPC meters and publish named points as JSON. */
export const gatewayJson: Decoder = {
  name: 'gateway-json',
  title: 'Gateway JSON (Modbus, M-Bus, BACnet, OPC)',
  describes: {
    topic: 'any',
    channel:
      'the name of the point that counts, with the names around it where several have it (`EM3/ActiveEnergy`); after a `;` the one that ' +
      'shows power or flow (`ActiveEnergy;ActivePower`). Without one: the only present value in a unit of what the meter counts, and the ' +
      'only power or flow beside it',
    reads:
      'the register, in the unit beside the value (`unit`, `units`, `E_unit`, `VU`; BACnet numbers; `10 kWh`), else in the unit of the ' +
      'estate; power and flow only where their unit is written',
    stamp:
      '`timestamp`, `time`, `ts`, `t` and the like, of the point or around it: ISO, seconds or milliseconds; without a zone it is the ' +
      'clock on a wall in London; none: receipt',
    traps:
      'a point that the gateway does not call good is refused; stored values, tariffs, smallest and largest of M-Bus are only read by ' +
      'name; values that start again every day must not be named: every point is read as a register',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    if (typeof parsed.value !== 'object' || parsed.value === null) {
      return { problem: 'message.unparsable', detail: `expected an object or a list; found ${sayValue(parsed.value)}` };
    }
    const points = pointsIn(parsed.value, message.received);
    if (points === undefined) {
      return { problem: 'message.too-large', detail: `more than ${limits.readingsPerMessage} points` };
    }
    const gathered = new Gathered();
    for (const meter of meters) gather(points, meter, gathered);
    return gathered.answer(points.length === 0 ? 'no points' : 'no point of these meters');
  },
  examples: [
    {
      why: 'a Modbus gateway’s list of points with quality and milliseconds; the unit is the estate’s',
      source: 'own; the standard template of Kepware’s IoT Gateway',
      topic: 'plant/iotgateway',
      payload:
        '{"timestamp":1795456805020,"values":[{"id":"Boilers.EM3.ActiveEnergy","v":184233.5,"q":true,"t":1795456800000},' +
        '{"id":"Boilers.EM3.VoltageL1","v":238.4,"q":true,"t":1795456800000},{"id":"Boilers.EM4.ActiveEnergy","v":0,"q":false,"t":1795456800000}]}',
      meters: [
        { id: 'boilers', unit: 'kWh', utility: 'electricity', channel: 'Boilers.EM3.ActiveEnergy' },
        { id: 'pumps', unit: 'kWh', utility: 'electricity', channel: 'Boilers.EM4.ActiveEnergy' },
      ],
      gives: {
        readings: [
          {
            meter: 'boilers',
            quantity: 'energy',
            kind: 'register',
            value: 184_233.5,
            unit: undefined,
            at: 1_795_456_800,
          },
        ],
        doubts: [
          {
            meter: 'pumps',
            code: 'reading.bad-quality',
            detail: 'the quality of Boilers.EM4.ActiveEnergy is false',
          },
        ],
      },
    },
    {
      why: 'several devices in one message, each with the same names; units beside the values; a power by name',
      source: 'own',
      topic: 'plant/modbus',
      payload:
        '{"ts":1795456800,"data":[{"device":"EM1","points":{"energy":{"value":"1200.25","unit":"MWh"},"power":{"value":41.5,"unit":"kW"}}},' +
        '{"device":"EM2","points":{"energy":{"value":88,"unit":"MWh"},"power":{"value":3,"unit":"kW"}}}]}',
      meters: [
        { id: 'em-1', unit: 'kWh', utility: 'electricity', channel: 'EM1/energy;EM1/power' },
        { id: 'em-2', unit: 'kWh', utility: 'electricity', channel: 'EM2/energy' },
        { id: 'vague', unit: 'kWh', utility: 'electricity', channel: 'energy' },
      ],
      gives: {
        readings: [
          { meter: 'em-1', quantity: 'energy', kind: 'register', value: 1200.25, unit: 'MWh', at: 1_795_456_800 },
          { meter: 'em-1', quantity: 'power', kind: 'instant', value: 41.5, unit: 'kW', at: 1_795_456_800 },
          { meter: 'em-2', quantity: 'energy', kind: 'register', value: 88, unit: 'MWh', at: 1_795_456_800 },
        ],
        doubts: [{ meter: 'vague', code: 'message.unparsable', detail: '2 points are called "energy"' }],
      },
    },
    {
      why: 'units in siblings: heat and its volume are two meters, found by what they count; litres; no channel needed',
      source: 'own; the shape of the standard JSON of Elvaco’s NB-IoT modules',
      topic: 'mr/94193A04010020B8/standard/json',
      payload:
        '{"TS":"2026-11-23T18:00:00Z","ID":224396,"E":184,"U":"kWh","V":6580,"VU":"l","P":1200,"PU":"W","F":51,"FU":"l/h","FT":62.1,' +
        '"TU":"C","RT":44.0,"RU":"C","EF":"0x0000"}',
      meters: [
        { id: 'ward-heat', unit: 'kWh', utility: 'heat' },
        { id: 'ward-heat-volume', unit: 'm3', utility: 'heat' },
      ],
      gives: {
        readings: [
          { meter: 'ward-heat', quantity: 'energy', kind: 'register', value: 184, unit: 'kWh', at: 1_795_456_800 },
          { meter: 'ward-heat', quantity: 'power', kind: 'instant', value: 1200, unit: 'W', at: 1_795_456_800 },
          {
            meter: 'ward-heat-volume',
            quantity: 'volume',
            kind: 'register',
            value: 6580,
            unit: 'l',
            at: 1_795_456_800,
          },
          { meter: 'ward-heat-volume', quantity: 'flow', kind: 'instant', value: 51, unit: 'l/h', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'M-Bus records without names: the present total, not what was stored at the month’s end nor the largest',
      source: 'own; the shape that pyMeterBus writes',
      topic: 'mbus/37',
      payload:
        '{"body":{"header":{"identification":"0x07, 0x93, 0x53, 0x43","manufacturer":"LSE","medium":"0x4"},"records":[' +
        '{"function":"FunctionType.INSTANTANEOUS_VALUE","type":"VIFUnit.ENERGY_WH","unit":"MeasureUnit.WH","value":1400},' +
        '{"function":"FunctionType.INSTANTANEOUS_VALUE","type":"VIFUnit.ENERGY_WH","unit":"MeasureUnit.WH","value":1200,"storage_number":1},' +
        '{"function":"FunctionType.MAXIMUM_VALUE","type":"VIFUnit.POWER_W","unit":"MeasureUnit.W","value":310},' +
        '{"function":"FunctionType.INSTANTANEOUS_VALUE","type":"VIFUnit.VOLUME","unit":"MeasureUnit.M3","value":2.013}]}}',
      meters: [{ id: 'kitchen-heat', unit: 'kWh', utility: 'heat' }],
      gives: {
        readings: [
          { meter: 'kitchen-heat', quantity: 'energy', kind: 'register', value: 1400, unit: 'Wh', at: undefined },
        ],
      },
    },
    {
      why: 'libmbus says in the unit what one count is: 10 kWh',
      source: 'own; the units that libmbus writes',
      topic: 'mbus/12',
      payload:
        '{"records":[{"Function":"Instantaneous value","StorageNumber":0,"Unit":"Energy (10 kWh)","Value":"4021","Timestamp":"2026-11-23T18:00:00Z"},' +
        '{"Function":"Instantaneous value","StorageNumber":0,"Unit":"Volume (1e-2  m^3)","Value":"381122","Timestamp":"2026-11-23T18:00:00Z"}]}',
      meters: [
        { id: 'plant-heat', unit: 'kWh', utility: 'heat' },
        { id: 'plant-volume', unit: 'm3', utility: 'heat' },
      ],
      gives: {
        readings: [
          { meter: 'plant-heat', quantity: 'energy', kind: 'register', value: 40_210, unit: 'kWh', at: 1_795_456_800 },
          {
            meter: 'plant-volume',
            quantity: 'volume',
            kind: 'register',
            value: 3811.22,
            unit: 'm3',
            at: 1_795_456_800,
          },
        ],
      },
    },
    {
      why: 'a BACnet point on a topic of its own, its unit the number of BACnet: 19 is kWh',
      source: 'own; the fields that a BACnet gateway’s telemetry has',
      topic: 'bacnet-gateway/gw1/telemetry/114/2_202',
      payload:
        '{"value":51234.5,"name":"CHP kWh","deviceId":"114","address":"192.0.2.55","units":19,"acquiredAt":"2026-11-23T18:00:00.120Z",' +
        '"publishedAt":"2026-11-23T18:00:00.410Z","freshnessMs":30000,"pollDurationMs":18}',
      meters: [{ id: 'chp', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [
          { meter: 'chp', quantity: 'energy', kind: 'register', value: 51_234.5, unit: 'kWh', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'four utilities in one batch, each with its own time and no unit; the channel is the id',
      source: 'own; the shape of a published data format (docs.smart-tech.live)',
      topic: 'gateway/9',
      payload:
        '{"version":"0.2.0","payload":{"timestamp":"2026-11-23T18:00:00+00:00","readouts":{"electricity":[{"uuid":"RDNP3kXyncj8YIt2wS7G8",' +
        '"what":"active","timestamp":"2026-11-23T18:00:00+00:00","value":1.23}],"gas":[{"uuid":"8YIt2wS7G8RDNP3kXyncj",' +
        '"timestamp":"2026-11-23T18:01:00+00:00","value":2.34}],"water":[{"uuid":"Xyncj8YIt2wS7G8RDNP3k","value":null}]}}}',
      meters: [
        { id: 'e', unit: 'kWh', utility: 'electricity', channel: 'RDNP3kXyncj8YIt2wS7G8' },
        { id: 'g', unit: 'm3', utility: 'gas', channel: 'gas/8YIt2wS7G8RDNP3kXyncj' },
        { id: 'w', unit: 'm3', utility: 'water', channel: 'Xyncj8YIt2wS7G8RDNP3k' },
      ],
      gives: {
        readings: [
          { meter: 'e', quantity: 'energy', kind: 'register', value: 1.23, unit: undefined, at: 1_795_456_800 },
          { meter: 'g', quantity: 'volume', kind: 'register', value: 2.34, unit: undefined, at: 1_795_456_860 },
        ],
        doubts: [
          {
            meter: 'w',
            code: 'reading.not-a-number',
            detail: 'water/Xyncj8YIt2wS7G8RDNP3k is null (the meter does not know)',
          },
        ],
      },
    },
    {
      why: 'a wrong unit is not overruled: an energy in kW; a local time without a zone, in the summer',
      source: 'own; a gateway was seen to call energy kW',
      topic: 'edge/3',
      payload:
        '{"Time":"2026-07-01 13:30:00","ActiveEnergy":{"value":771.2,"unit":"kW"},"Import":{"value":"771,2","unit":"kWh"}}',
      meters: [
        { id: 'by-name', unit: 'kWh', utility: 'electricity', channel: 'ActiveEnergy' },
        { id: 'comma', unit: 'kWh', utility: 'electricity', channel: 'Import' },
      ],
      gives: {
        readings: [
          { meter: 'by-name', quantity: 'power', kind: 'register', value: 771.2, unit: 'kW', at: 1_782_909_000 },
        ],
        doubts: [{ meter: 'comma', code: 'reading.not-a-number', detail: 'Import is "771,2"' }],
      },
    },
    {
      why: 'a gateway that stamps with what is no time',
      source: 'own; a gateway was seen to send 2020-0327T…',
      topic: 'edge/3',
      payload: '{"time":"2026-0327T10:00:00","energy":12}',
      meters: [{ id: 'e', unit: 'kWh', utility: 'electricity', channel: 'energy' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'e', code: 'message.unparsable', detail: 'the time of energy is "2026-0327T10:00:00"' }],
      },
    },
    {
      why: 'a message of the gateway about itself',
      source: 'own',
      topic: 'edge/3',
      payload: '{"status":"online","version":"2.4.1"}',
      meters: [{ id: 'e', unit: 'kWh', utility: 'electricity', channel: 'energy' }],
      gives: { ignored: 'no point of these meters' },
    },
  ],
};
