using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Tests.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Database.Wal;

/// <summary>Logs that etcd 3.0 wrote, for etcd 2.3.</summary>
public sealed class UnpaddedLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OldEtcdData("2.3", "3.0", false)]
    [OldEtcdData("2.3", "3.0", true)]
    public async Task Copy_ALogThatBothWrote_IsReadBy23(string old, string next, bool copies)
    {
        await using var member = new CarriedMember();
        await member.StartAsync(old);
        for (int i = 0; i < 9; i++) await member.V2Async(HttpMethod.Put, $"/keys/a{i}", ("value", new string('x', i)));
        await member.StartAsync(next);
        await member.StopAsync();
        string folder = Path.Combine(member.DataDirectory, "member", "wal");
        string[] segments = [.. Directory.GetFiles(folder, "*.wal").Order(StringComparer.Ordinal)];
        WalSummary before = WalReader.Read(segments, Token);

        if (copies)
        {
            foreach (string segment in segments)
            {
                byte[] padded = await File.ReadAllBytesAsync(segment, Token);
                using FileStream file = File.Create(segment);
                UnpaddedLog.Copy(new MemoryStream(padded), file, Path.GetFileName(segment) == before.Segment ? before.End : null, Token);
            }
        }

        File.Delete(Path.Combine(member.DataDirectory, "member", "snap", "db"));
        WalSummary after = WalReader.Read(segments, Token);

        Assert.Equal((WalCondition.Intact, before.Last, before.Checksum), (after.Condition, after.Last, after.Checksum));
        // Alone, it has agreed with itself on cluster version 3.0, which 2.3 refuses; it knows that from the log.
        Assert.False(await member.TryStartAsync(old));
        Assert.Contains(copies ? "cluster cannot be downgraded" : "len out of range", member.Log, StringComparison.Ordinal);
    }
}
