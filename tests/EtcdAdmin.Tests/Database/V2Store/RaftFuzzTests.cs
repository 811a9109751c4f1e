using System.Buffers.Binary;
using System.Diagnostics;
using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Database.V2Store;

/// <summary>Whatever is changed in a log or a raft snapshot, reading it ends soon, without an exception, and in little memory.</summary>
/// <remarks>ETCDADMIN_FUZZ_MUTATIONS sets the number of mutations, and ETCDADMIN_FUZZ_SEED the first seed.</remarks>
public sealed class RaftFuzzTests
{
    private const string SegmentName = "0000000000000000-0000000000000000.wal";

    // What a reader allocates for any file, in total, and for each byte of it: a node of the store is far larger than its shortest text.
    private const long AllowedBytes = 1 << 20;
    private const long AllowedTimes = 64;

    private const int Reserved = 1024;
    private const int LongestLog = 6000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static int Mutations => Setting("ETCDADMIN_FUZZ_MUTATIONS") ?? 100_000;

    private static int FirstSeed => Setting("ETCDADMIN_FUZZ_SEED") ?? 0;

    [Fact]
    public async Task Read_MutatedLogsAndSnapshots_EndWithoutException()
    {
        (byte[] log, byte[] snapshot) = await MakeAsync();
        List<(WalRecordType Type, byte[] Data)> records = Records(log);
        byte[] content = Content(snapshot);
        Assert.NotNull(RaftSnapshot.TryParse(snapshot, out _));
        var counts = new Dictionary<string, int>();
        (long most, TimeSpan longest) = (0, TimeSpan.Zero);

        for (int seed = FirstSeed; seed < FirstSeed + Mutations; seed++)
        {
            var random = new Random(seed);
            (string kind, byte[] bytes) = (seed % 4) switch
            {
                0 => ("log", Mutate(log, random)),
                1 => ("records", Rebuild(records, random)), // checksums are right, so the contents are read
                2 => ("snapshot", Mutate(snapshot, random)),
                _ => ("store", Wrap(Mutate(content, random))),
            };
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            string result = kind is "log" or "records" ? ReadLog(bytes, seed) : ReadSnapshot(bytes, seed);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            TimeSpan spent = Stopwatch.GetElapsedTime(start);
            (most, longest) = (Math.Max(most, allocated), spent > longest ? spent : longest);
            Assert.True(
                allocated <= AllowedBytes + (AllowedTimes * bytes.Length), $"mutation {seed}: {allocated} bytes for a file of {bytes.Length}");
            Assert.True(spent < Longest, $"mutation {seed} took {spent}");
            counts[$"{kind} {result}"] = counts.GetValueOrDefault($"{kind} {result}") + 1;
        }

        string found = string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Key}: {count.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Mutations} mutations of {log.Length} and {snapshot.Length} bytes; {found}; "
            + $"longest {longest.TotalMilliseconds:f0} ms, most memory {most >> 10} KB");
        Assert.All(["log Damaged", "records Intact", "snapshot damaged", "store read"], outcome => Assert.True(counts.ContainsKey(outcome), found));
    }

    private static string ReadLog(byte[] bytes, int seed)
    {
        try
        {
            var log = new V2LogObserver(0);
            var reader = new WalReader(log);
            reader.Add(SegmentName, new MemoryStream(bytes), CancellationToken.None);
            WalSummary summary = reader.Finish();
            log.ApplyTo(V2Tree.Empty());
            return summary.Condition.ToString();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Mutation {seed} is not handled: {e.Message}", e);
        }
    }

    private static string ReadSnapshot(byte[] bytes, int seed)
    {
        try
        {
            if (RaftSnapshot.TryParse(bytes, out string? damage) is not { } read)
                return damage is null ? throw new InvalidOperationException() : "damaged";
            _ = (read.Store.UserKeys, read.Store.HiddenKeys, read.Store.UsersAndRoles, read.Store.IsOnlyMembership, read.Store.ClusterVersion);
            return "read";
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Mutation {seed} is not handled: {e.Message}", e);
        }
    }

    private static async Task<(byte[] Log, byte[] Snapshot)> MakeAsync()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3", "--snapshot-count=30");
        for (int i = 0; i < 20; i++)
        {
            await member.V2Async(HttpMethod.Put, $"/keys/d{i % 3}/k{i}", ("value", "v"), ("ttl", "3600"));
            if (i % 4 == 0) await member.V2Async(HttpMethod.Post, "/keys/queue", ("value", "in order"));
            if (i % 5 == 0) await member.V2Async(HttpMethod.Delete, $"/keys/d{i % 3}/k{i}");
        }

        for (int i = 0; i < 20; i++) await member.V2Async(HttpMethod.Put, "/keys/last", ("value", "v"), ("prevExist", i == 0 ? "false" : "true"));
        await member.StopAsync();
        byte[] log = await File.ReadAllBytesAsync(
            Directory.GetFiles(member.DataDirectory + "/member/wal", "*.wal").Order(StringComparer.Ordinal).First());
        byte[] snapshot = await File.ReadAllBytesAsync(
            Directory.GetFiles(member.DataDirectory + "/member/snap", "*.snap").Order(StringComparer.Ordinal).First());
        return (log[..(End(log) + Reserved)], snapshot);
    }

    /// <summary>The end of the last record that a short log may have.</summary>
    private static int End(byte[] log)
    {
        int end = 0;
        while (end < LongestLog && WalFrame.Parse(log.AsSpan(end)) is { Length: > 0 } frame) end += WalFrame.Size + (int)frame.Total;
        return end;
    }

    private static List<(WalRecordType Type, byte[] Data)> Records(byte[] log)
    {
        var records = new List<(WalRecordType, byte[])>();
        for (int at = 0; WalFrame.Parse(log.AsSpan(at)) is { Length: > 0 } frame; at += WalFrame.Size + (int)frame.Total)
        {
            Assert.True(WalRecord.TryParse(log.AsSpan(at + WalFrame.Size, (int)frame.Length), out WalRecord record));
            records.Add((record.Type, record.Data.ToArray()));
        }

        return records;
    }

    private static byte[] Rebuild(List<(WalRecordType Type, byte[] Data)> records, Random random)
    {
        var bytes = new List<byte>();
        uint checksum = 0;
        int mutated = random.Next(1, records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            (WalRecordType type, byte[] data) = records[i];
            if (type == WalRecordType.Checksum && i > 0) continue;
            if (i == mutated && data.Length > 0) data = Mutate(data, random);
            bytes.AddRange(WalRecord.Make(type, type == WalRecordType.Checksum ? [] : data, checksum));
            if (type == WalRecordType.Checksum) continue;
            Crc32C next = Crc32C.Continue(checksum);
            next.Append(data);
            checksum = next.Value;
        }

        bytes.AddRange(new byte[Reserved]);
        return [.. bytes];
    }

    private static byte[] Content(byte[] snapshot)
    {
        var fields = new WalFields(snapshot);
        while (fields.MoveNext())
        {
            if (fields.Number == 2) return fields.Bytes.ToArray();
        }

        throw new InvalidOperationException("The raft snapshot has no content.");
    }

    private static byte[] Wrap(byte[] content)
    {
        Crc32C checksum = Crc32C.Create();
        checksum.Append(content);
        var file = new List<byte>();
        WalFields.Write(file, 1, checksum.Value);
        WalFields.Write(file, 2, content);
        return [.. file];
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when bytes.Length >= 8:
                    BinaryPrimitives.WriteUInt64LittleEndian(
                        bytes.AsSpan(Math.Min(at, bytes.Length - 8)), (ulong)random.NextInt64() >> random.Next(64));
                    break;
                case 2:
                    bytes.AsSpan(at, Math.Min(random.Next(1, 600), bytes.Length - at)).Clear();
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at, Math.Min(random.Next(1, 200), bytes.Length - at)), .. bytes.AsSpan(at)];
                    break;
                case 5:
                    bytes[at] = "{}[]\":,09\\\u007f"u8[random.Next(11)];
                    break;
                default:
                    bytes.AsSpan(at, Math.Min(random.Next(1, 32), bytes.Length - at)).Fill((byte)random.Next(256));
                    break;
            }
        }

        return bytes;
    }

    private static int? Setting(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int value) ? value : null;
}
