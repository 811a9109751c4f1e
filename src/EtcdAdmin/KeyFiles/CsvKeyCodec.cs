using System.Buffers;
using System.Globalization;
using System.Text;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.KeyFiles;

/// <summary>
/// Comma-separated values with a row of column names first and a closing row last. Every key and value is quoted. Bytes that are not text, or
/// contain control characters, are in Base64, so no tool that changes line ends changes a value.
/// </summary>
/// <remarks>Source: RFC 4180.</remarks>
internal sealed class CsvKeyCodec : KeyFileCodec
{
    private const string Columns = "key,value,keyEncoding,valueEncoding,lease,ttl,createRevision,modRevision,version";
    private const string Text = "text";
    private const string Base64 = "base64";
    private const string End = "end";
    private const string HashMark = "sha256=";

    private static readonly string[] Names = Columns.Split(',');

    // The order of the columns, read from the row of names: a spreadsheet may have changed it.
    private string[] _order = Names;
    private bool _started;
    private bool _ended;

    public override bool HasQuotedLines => true;

    public override void WriteHeader(IBufferWriter<byte> output, KeyFileHeader header) => WriteLine(output, Columns);

    public override void WriteKey(IBufferWriter<byte> output, ExportedKey key)
    {
        EtcdKeyValue found = key.KeyValue;
        (string keyText, string keyEncoding) = Encode(found.Key.Span);
        (string valueText, string valueEncoding) = Encode(found.Value.Span);
        string lease = found.Lease.IsNone ? "" : found.Lease.ToString();
        string ttl = found.Lease.IsNone || key.RemainingTtl is not { } left ? "" : ((long)left.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        WriteLine(output, string.Create(CultureInfo.InvariantCulture,
            $"{Quote(keyText)},{Quote(valueText)},{keyEncoding},{valueEncoding},{lease},{ttl},{found.CreateRevision},{found.ModRevision},"
                + $"{found.Version}"));
    }

    public override void WriteTrailer(IBufferWriter<byte> output, KeyFileTrailer trailer) => WriteLine(output, string.Create(
        CultureInfo.InvariantCulture, $"\"\",\"{HashMark}{trailer.Sha256}\",{End},{Text},,,0,0,{trailer.Keys}"));

    public override KeyFileRecord Read(ReadOnlySpan<byte> record)
    {
        if ((!_started || _ended) && record.StartsWith("\uFEFF"u8)) record = record[3..]; // spreadsheets add a byte order mark
        if (!KeyText.TryDecode(record, out string? text, withControls: true)) throw new FormatException("the line is not valid UTF-8");
        string[] fields = Split(text);
        if (!_started)
        {
            _started = true;
            if (!fields.Contains("key") || !fields.Contains("value"))
                throw new FormatException("the first row does not contain the column names key and value");
            _order = fields;
            return new KeyFileRecord(new KeyFileHeader(null, null, null), null, null);
        }

        if (_ended && fields.Contains("key") && fields.Contains("value") && fields.All(Names.Contains))
        {
            _order = fields; // the header of another file that was appended to this one
            _ended = false;
            return new KeyFileRecord(new KeyFileHeader(null, null, null), null, null);
        }

        if (fields.Length != _order.Length) throw new FormatException($"the line has {fields.Length} fields, but the first row has {_order.Length}");
        if (Field(fields, "keyEncoding") == End)
        {
            _ended = true;
            return new KeyFileRecord(null, null, Trailer(fields));
        }

        LeaseId lease = default;
        string leaseText = Field(fields, "lease");
        if (leaseText.Length > 0 && !LeaseId.TryParse(leaseText, out lease)) throw new FormatException("its lease is not a valid lease ID");
        long? ttl = Field(fields, "ttl").Length > 0 ? Number(fields, "ttl") : null;
        return new KeyFileRecord(null, new ExportedKey(
            new EtcdKeyValue(
                Decode(fields, "key"), Decode(fields, "value"), Number(fields, "createRevision"), Number(fields, "modRevision"),
                    Number(fields, "version"), lease),
            ttl is >= 0 and <= KeyFileRules.MaxTtl ? TimeSpan.FromSeconds(ttl.Value) : null), null);
    }

    private KeyFileTrailer Trailer(string[] fields)
    {
        string value = Field(fields, "value");
        return value.StartsWith(HashMark, StringComparison.Ordinal)
            ? new KeyFileTrailer(Number(fields, "version"), value[HashMark.Length..])
            : throw new FormatException("the closing row does not contain the SHA-256");
    }

    /// <summary>Splits a record into fields; a quotation mark within quotes is doubled.</summary>
    private static string[] Split(string record)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < record.Length; i++)
        {
            char c = record[i];
            if (quoted && c == '"' && i + 1 < record.Length && record[i + 1] == '"')
            {
                field.Append(c);
                i++;
            }
            else if (c == '"')
            {
                if (!quoted && field.Length > 0) throw new FormatException("a quotation mark is inside an unquoted field");
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (quoted) throw new FormatException("a quotation mark is missing");
        fields.Add(field.ToString());
        return [.. fields];
    }

    private string Field(string[] fields, string name)
    {
        int index = Array.IndexOf(_order, name);
        return index < 0 ? "" : fields[index];
    }

    private long Number(string[] fields, string name)
    {
        string text = Field(fields, name);
        if (text.Length == 0) return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new FormatException($"its {name} is not a number");
    }

    private byte[] Decode(string[] fields, string name)
    {
        string text = Field(fields, name);
        return Field(fields, name + "Encoding") switch
        {
            "" or Text => KeyText.TryEncode(text)!, // decoded from UTF-8, so it has no unpaired surrogates
            Base64 => KeyText.TryDecodeBase64(text) ?? throw new FormatException($"its {name} is not valid Base64"),
            _ => throw new FormatException($"its {name}Encoding is not {Text} or {Base64}"),
        };
    }

    private static (string Text, string Encoding) Encode(ReadOnlySpan<byte> bytes) =>
        KeyText.TryDecode(bytes, out string? text, withControls: false) ? (text, Text) : (Convert.ToBase64String(bytes), Base64);

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void WriteLine(IBufferWriter<byte> output, string line)
    {
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }
}
