using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.KeyFiles;

/// <summary>Key files: the imported keys are the exported keys, and every change of the file is detected.</summary>
public sealed class KeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<KeyFileFormat> Formats => [KeyFileFormat.JsonLines, KeyFileFormat.Csv];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ReadAsync_AnyBytes_ComeBackAsTheyWere(KeyFileFormat format)
    {
        ExportedKey[] keys = [.. Odd().Select((bytes, i) => Key(bytes, Odd().ElementAt(^(i + 1)), i)), .. Random(seed: 3, count: 300)];

        string path = await WriteAsync(format, keys);

        List<ExportedKey> found = await ReadAsync(path, format);
        Assert.Equal(keys.Select(Text), found.Select(Text));
        Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task WriteKey_TextAndBytes_AreAsTheDocumentSays()
    {
        string path = await WriteAsync(KeyFileFormat.JsonLines, [Key("/a/ü\""u8, "line\nbreak"u8, 7), Key([0xff], [], 0)]);

        string[] lines = await File.ReadAllLinesAsync(path, Stop);

        Assert.StartsWith("{\"format\":\"etcdadmin-keys/1\",\"source\":\"demo\",\"revision\":9,", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            "{\"key\":\"/a/ü\\\"\",\"value\":\"line\\nbreak\",\"createRevision\":1,\"modRevision\":8,\"version\":8,\"lease\":\"0000000000000007\","
                + "\"ttl\":70}", lines[1]);
        Assert.Equal("{\"keyBase64\":\"/w==\",\"value\":\"\",\"createRevision\":1,\"modRevision\":1,\"version\":1}", lines[2]);
        string before = string.Concat(lines[..3].Select(line => line + "\n"));
        JsonElement trailer = JsonSerializer.Deserialize<JsonElement>(lines[3]);
        Assert.Equal((2, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before)))),
            (trailer.GetProperty("keys").GetInt32(), trailer.GetProperty("sha256").GetString()));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ReadAsync_CutOffAnywhere_IsNoticed(KeyFileFormat format)
    {
        byte[] whole = await File.ReadAllBytesAsync(await WriteAsync(format, Random(seed: 4, count: 3)), Stop);
        int lineEnd = format == KeyFileFormat.Csv ? 2 : 1; // the last line end carries no data
        for (int length = 0; length < whole.Length - lineEnd; length++)
        {
            string path = _folder.File("cut");
            await File.WriteAllBytesAsync(path, whole[..length], Stop);

            await AssertInvalidAsync(path, format, $"{length} of {whole.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ReadAsync_ChangedAnywhere_IsNoticed(KeyFileFormat format)
    {
        byte[] whole = await File.ReadAllBytesAsync(await WriteAsync(format, Random(seed: 5, count: 3)), Stop);
        int trailer = Encoding.Latin1.GetString(whole).LastIndexOf("sha256", StringComparison.Ordinal);
        for (int at = 0; at < trailer; at += 3)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            string path = _folder.File("changed");
            await File.WriteAllBytesAsync(path, changed, Stop);

            await AssertInvalidAsync(path, format, $"byte {at}");
        }
    }

    [Fact]
    public async Task ReadAsync_FileMadeByHand_IsTakenIfThatIsSaid()
    {
        string csv = _folder.File("hand.csv");
        await File.WriteAllTextAsync(csv, "\uFEFFvalue,key\n\"two\r\nlines, \"\"quoted\"\"\",/a\n,/empty\n", Stop);
        string json = _folder.File("hand.jsonl");
        await File.WriteAllTextAsync(json, "{\"key\":\"/a\",\"value\":\"1\"}\n\n{\"value\":\"2\",\"key\":\"/b\"}", Stop);

        List<ExportedKey> rows = await ReadAsync(csv, format: null, skipHashCheck: true);
        List<ExportedKey> lines = await ReadAsync(json, format: null, skipHashCheck: true);

        Assert.Equal(["/a=two\r\nlines, \"quoted\"", "/empty="], rows.Select(key => $"{key.KeyValue.KeyText}={key.KeyValue.ValueText}"));
        Assert.Equal(["/a=1", "/b=2"], lines.Select(key => $"{key.KeyValue.KeyText}={key.KeyValue.ValueText}"));
        await AssertInvalidAsync(csv, null, "without being told");
        await AssertInvalidAsync(json, null, "without being told");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task ReadAsync_FilesPutTogether_AreReadToTheEndOrRefused(KeyFileFormat format)
    {
        ExportedKey[] keys = [.. Random(seed: 6, count: 5)];
        string path = await WriteAsync(format, keys[..2]);
        await File.AppendAllBytesAsync(path, await File.ReadAllBytesAsync(await WriteAsync(format, keys[2..]), Stop), Stop);

        List<ExportedKey> found = await ReadAsync(path, format, skipHashCheck: true);

        Assert.Equal(keys.Select(Text), found.Select(Text));
        await AssertInvalidAsync(path, format, "without being told");
    }

    [Theory]
    [InlineData("{\"key\":\"a\",\"keyBase64\":\"YQ==\",\"value\":\"\"}")]
    [InlineData("{\"key\":\"\\ud800\",\"value\":\"\"}")]
    [InlineData("{\"key\":\"a\",\"key\":\"b\",\"value\":\"\"}")]
    [InlineData("{\"keyBase64\":\"YQ=\",\"value\":\"\"}")]
    [InlineData("{\"key\":\"\",\"value\":\"\"}")]
    [InlineData("{\"key\":\"a\"}")]
    [InlineData("{\"key\":\"a\",\"value\":\"\",\"lease\":\"xyz\"}")]
    [InlineData("null")]
    [InlineData("secret")]
    public async Task ReadAsync_LineThatIsNoKey_IsNamedByItsNumberAndNotQuoted(string line)
    {
        string path = _folder.File("lines.jsonl");
        await File.WriteAllTextAsync(path, $"{{\"key\":\"/ok\",\"value\":\"1\"}}\n{line}\n", Stop);
        var reader = new KeyFileReader(path, null, skipHashCheck: true);

        KeyFileEntry[] entries = await reader.ReadAsync(Stop).ToArrayAsync(Stop);

        Assert.Null(entries[0].Error);
        Assert.Equal(EtcdErrorIds.KeyFileInvalid, entries[1].Error?.ErrorId);
        Assert.Contains("line 2:", entries[1].Error?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", entries[1].Error?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FileIsThereOrGivenUp_LeavesNothing()
    {
        string path = await WriteAsync(KeyFileFormat.JsonLines, []);
        byte[] before = await File.ReadAllBytesAsync(path, Stop);
        var request = new KeyExportRequest { Path = path };
        using KeyExporter refused = KeyExporter.Start(request, TimeProvider.System, Stop);
        var exists = await Assert.ThrowsAsync<EtcdException>(() => refused.FinishAsync());

        using (KeyExporter given = KeyExporter.Start(request with { Path = _folder.File("given-up") }, TimeProvider.System, Stop))
        {
            await given.AddAsync(Key("/a"u8, "1"u8, 0), Stop);
        }

        await Poll.UntilAsync(() => Directory.GetFiles(_folder.Path).Length == 1, Stop);
        Assert.Equal(EtcdErrorIds.FileExists, exists.ErrorId);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, Stop));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<byte[]> Odd() =>
    [
        "plain"u8.ToArray(), "ünïcode ✓ 𝄞"u8.ToArray(), "\"quoted\", comma"u8.ToArray(), "'=1+1"u8.ToArray(), "line\r\nbreak\n"u8.ToArray(),
        "\0\u0001\u007f"u8.ToArray(), "\uFEFFmark"u8.ToArray(), [0xff, 0xfe, 0], [0xed, 0xa0, 0x80], [0xc3], "  blanks  "u8.ToArray(),
        "a\tb"u8.ToArray(), "\\u0000 <&>"u8.ToArray(),
    ];

    private static IEnumerable<ExportedKey> Random(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(i =>
        {
            byte[] key = new byte[random.Next(1, 30)];
            byte[] value = new byte[random.Next(200)];
            random.NextBytes(key);
            random.NextBytes(value);
            return Key(key, value, i % 3);
        }).ToArray();
    }

    private static ExportedKey Key(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int number) => new(
        new EtcdKeyValue(key.ToArray(), value.ToArray(), 1, number + 1, number + 1, new LeaseId(number)),
        number == 0 ? null : TimeSpan.FromSeconds(number * 10));

    private async Task<string> WriteAsync(KeyFileFormat format, IEnumerable<ExportedKey> keys)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.{(format == KeyFileFormat.Csv ? "csv" : "jsonl")}");
        using KeyExporter exporter = KeyExporter.Start(
            new KeyExportRequest { Path = path, Source = "demo", Revision = 9 }, TimeProvider.System, Stop);
        foreach (ExportedKey key in keys) await exporter.AddAsync(key, Stop);
        KeyExport export = await exporter.FinishAsync();
        Assert.Equal(new FileInfo(path).Length, export.Size);
        return path;
    }

    private static async Task<List<ExportedKey>> ReadAsync(string path, KeyFileFormat? format, bool skipHashCheck = false) =>
        [.. (await new KeyFileReader(path, format, skipHashCheck).ReadAsync(Stop).ToListAsync(Stop)).Select(entry => entry.Key
        ?? throw entry.Error!)];

    private static async Task AssertInvalidAsync(string path, KeyFileFormat? format, string what)
    {
        string? found = null;
        try
        {
            await ReadAsync(path, format ?? (path.EndsWith(".csv", StringComparison.Ordinal) ? KeyFileFormat.Csv : KeyFileFormat.JsonLines));
        }
        catch (EtcdException e)
        {
            found = e.ErrorId;
        }

        Assert.True(found == EtcdErrorIds.KeyFileInvalid, what);
    }

    private static string Text(ExportedKey key) =>
        $"{Convert.ToHexString(key.KeyValue.Key.Span)}={Convert.ToHexString(key.KeyValue.Value.Span)} {key.KeyValue} {key.KeyValue.CreateRevision} "
            + $"{key.KeyValue.Lease} {key.RemainingTtl}";
}
