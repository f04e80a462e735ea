using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

/// <summary>A decoder that shares nothing with ours: Google's own library for Python (Debian's python3-protobuf), told the fields of the specification's
/// messages one by one.</summary>
internal static class PythonDecoder
{
    /// <summary>Reads a file with one payload a line, in hexadecimal, and writes a line of JSON for each.</summary>
    public const string Script = """
        import sys, json, math
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
        F = descriptor_pb2.FieldDescriptorProto
        file = descriptor_pb2.FileDescriptorProto(name='p.proto', package='p', syntax='proto2')
        def message(name, fields):
            m = file.message_type.add(name=name)
            for number, label, field, kind in fields:
                f = m.field.add(name=label, number=number, label=F.LABEL_REPEATED if field == '*' else F.LABEL_OPTIONAL)
                if isinstance(kind, str): f.type, f.type_name = F.TYPE_MESSAGE, '.p.' + kind
                else: f.type = kind
        U32, U64, FLOAT, DOUBLE, BOOL, TEXT = F.TYPE_UINT32, F.TYPE_UINT64, F.TYPE_FLOAT, F.TYPE_DOUBLE, F.TYPE_BOOL, F.TYPE_STRING
        message('Value', [(1, 'type', '', U32), (2, 'is_null', '', BOOL), (3, 'int', '', U32), (4, 'long', '', U64), (8, 'text', '', TEXT)])
        message('Set', [(1, 'keys', '*', TEXT), (2, 'values', '*', 'Value')])
        message('Metric', [(1, 'name', '', TEXT), (2, 'alias', '', U64), (3, 'timestamp', '', U64), (4, 'datatype', '', U32), (5, 'is_historical', '', BOOL),
            (6, 'is_transient', '', BOOL), (7, 'is_null', '', BOOL), (9, 'properties', '', 'Set'), (10, 'int', '', U32), (11, 'long', '', U64),
            (12, 'float', '', FLOAT), (13, 'double', '', DOUBLE), (14, 'bool', '', BOOL), (15, 'text', '', TEXT)])
        message('Payload', [(1, 'timestamp', '', U64), (2, 'metrics', '*', 'Metric'), (3, 'seq', '', U64)])
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        descriptor = pool.FindMessageTypeByName('p.Payload')
        Payload = (message_factory.GetMessageClass(descriptor) if hasattr(message_factory, 'GetMessageClass')
            else message_factory.MessageFactory(pool).GetPrototype(descriptor))
        def opt(m, f): return str(getattr(m, f)) if m.HasField(f) else ''
        def value(m):
            for f in ('long', 'double', 'bool', 'text'):
                if m.HasField(f): return repr(m.double) if f == 'double' else ('true' if m.bool else 'false') if f == 'bool' else str(getattr(m, f))
            return ''
        for line in open(sys.argv[1]):
            p = Payload()
            p.ParseFromString(bytes.fromhex(line.strip()))
            assert not p.UnknownFields() if hasattr(p, 'UnknownFields') else True
            print(json.dumps([opt(p, 'timestamp'), opt(p, 'seq'), [[opt(m, 'name'), opt(m, 'alias'), opt(m, 'timestamp'), opt(m, 'datatype'),
                'h' if m.is_historical else '', 'n' if m.is_null else '', value(m),
                [k + '=' + str(v.type) + ':' + (str(v.int) if v.HasField('int') else str(v.long) if v.HasField('long') else v.text)
                    for k, v in zip(m.properties.keys, m.properties.values)]] for m in p.metrics]], ensure_ascii=False, separators=(',', ':')))
        """;

    /// <summary>The same line of what we read ourselves.</summary>
    public static string Write(HeardPayload payload)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            json.WriteStringValue(Text(payload.Timestamp));
            json.WriteStringValue(Text(payload.Sequence));
            json.WriteStartArray();
            foreach (var metric in payload.Metrics)
            {
                json.WriteStartArray();
                foreach (var text in new[]
                {
                    metric.Name ?? "", Text(metric.Alias), Text(metric.Timestamp), Text(metric.Type), metric.IsHistorical ? "h" : "", metric.IsNull ? "n" : "",
                    metric.Value switch
                    {
                        double number => Python(number), bool flag => flag ? "true" : "false", var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
                    },
                }) json.WriteStringValue(text);
                json.WriteStartArray();
                foreach (var (key, (type, value)) in metric.Properties)
                    json.WriteStringValue($"{key}={type}:{Convert.ToString(value, CultureInfo.InvariantCulture)}");
                json.WriteEndArray();
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Text(ulong? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Python(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15
        ? number.ToString("0.0", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);
}
