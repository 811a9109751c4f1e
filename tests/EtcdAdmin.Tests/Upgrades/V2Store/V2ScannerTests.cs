using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Tests.Support;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>The scan says what etcd does with the data, in each state on the way from 3.3 to 3.7.</summary>
public sealed class V2ScannerTests
{
    private const string SnapshotNow = "--snapshot-count=1";

    private static readonly EtcdVersion V36 = EtcdVersion.Parse("3.6.0");
    private static readonly EtcdVersion V37 = EtcdVersion.Parse("3.7.0");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScanAsync_V2KeysInTheLog_CountsThemWhileTheMemberServes()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);

        V2Findings found = await ScanAsync(member);

        Assert.Null(found.Unreadable);
        Assert.Equal((4L, 1L, 0L, false), (found.Keys, found.HiddenKeys, found.KeysInSnapshot, found.SnapshotHasContent));
        Assert.True(found.DisallowedEntries >= 5, $"{found.DisallowedEntries} entries");
        Assert.True(found.HasContent && found.LastIndex > 5 && found.SnapshotIndex == 0);
        Assert.Equal(V2Cure.ClearStore, found.ObstacleTo(V36)?.Cure);
        Assert.Null(found.ObstacleTo(EtcdVersion.Parse("3.4.23")));
    }

    [Fact]
    public async Task ScanAsync_HealthAskedOfAMemberOf34_FindsTheReadsInTheLog()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.4"); // the wait for it asks /health, which reads a v2 key by way of the log

        V2Findings found = await ScanAsync(member);

        Assert.Equal((0L, false), (found.Keys, found.HasContent));
        Assert.True(found.DisallowedEntries > 0);
        Assert.Equal(V2Cure.RaftSnapshot, found.ObstacleTo(V36)?.Cure);
    }

    [Fact]
    public async Task ScanAsync_OnTheWayFrom33To37_AgreesWithEtcd()
    {
        Assert.SkipWhen(Etcd36DataAttribute.Missing is not null, Etcd36DataAttribute.Missing ?? "");
        await using var member = new CarriedMember();
        await member.StartAsync("3.3");
        await FillAsync(member);
        await member.StartAsync("3.4", "--enable-v2");
        await member.StartAsync("3.5", "--enable-v2");
        await AssertAgreesAsync(member, "3.6", V36, V2Cure.ClearStore); // only in the log

        await member.StartAsync("3.5", "--enable-v2", SnapshotNow);
        await AssertAgreesAsync(member, "3.6", V36, V2Cure.ClearStore); // in the raft snapshot

        await member.StartAsync("3.5", "--enable-v2");
        foreach (string key in (string[])["/a", "/_h", "/ttl", "/dir"]) await member.V2Async(HttpMethod.Delete, $"/keys{key}?recursive=true");
        await AssertAgreesAsync(member, "3.6", V36, V2Cure.RaftSnapshot); // cleared, but still in the raft snapshot and in the log

        await member.StartAsync("3.5", SnapshotNow);
        await member.StartAsync("3.5");
        await AssertAgreesAsync(member, "3.6", V36, expected: null); // only membership is left, also in the log

        if (Etcd37DataAttribute.Missing is not null) return;
        await member.StartAsync("3.6");
        await AssertAgreesAsync(member, "3.7", V37, V2Cure.RaftSnapshot); // what 3.5 published at its last start is still in the log

        await member.StartAsync("3.6", SnapshotNow);
        await AssertAgreesAsync(member, "3.7", V37, expected: null);
    }

    [Fact]
    public async Task ScanAsync_RaftSnapshotOfClusterVersion2_AgreesThat35CannotServe()
    {
        await using var member = new CarriedMember();
        await member.StartAsync("3.4", SnapshotNow);
        await PutAsync(member, "/a");
        await member.StopAsync();
        RaiseFromEtcd2(member);
        V2Findings found = await ScanAsync(member);
        await using CarriedMember copy = member.Copy();
        await copy.TryStartAsync("3.5");

        EtcdRpcException refused = await Assert.ThrowsAsync<EtcdRpcException>(() => PutAsync(copy, "/b"));
        await copy.StopAsync();
        await member.StartAsync("3.4", SnapshotNow);
        await PutAsync(member, "/b");
        await PutAsync(member, "/c");
        await member.StopAsync();
        V2Findings cured = await ScanAsync(member);
        await member.StartAsync("3.5");
        await PutAsync(member, "/d");

        Assert.Contains("not capable", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("2.3.0", V2Cure.RaftSnapshot), (found.SnapshotClusterVersion, found.ObstacleTo(EtcdVersion.Parse("3.5.30"))?.Cure));
        Assert.Equal(("3.4.0", null), (cured.SnapshotClusterVersion, cured.ObstacleTo(EtcdVersion.Parse("3.5.30"))));
    }

    [Fact]
    public async Task ScanAsync_NoData_IsUnreadable()
    {
        await using var member = new CarriedMember();

        V2Findings found = await ScanAsync(member);

        Assert.Contains("no write-ahead log", found.Unreadable, StringComparison.Ordinal);
        Assert.Null(found.ObstacleTo(V36));
    }

    private static async Task FillAsync(CarriedMember member)
    {
        await member.V2Async(HttpMethod.Put, "/keys/a/b", ("value", "1"));
        await member.V2Async(HttpMethod.Put, "/keys/a/c", ("value", "2"));
        await member.V2Async(HttpMethod.Put, "/keys/_h", ("value", "hidden"));
        await member.V2Async(HttpMethod.Put, "/keys/ttl", ("value", "x"), ("ttl", "3600"));
        await member.V2Async(HttpMethod.Put, "/keys/dir", ("dir", "true"), ("ttl", "3600"));
    }

    /// <summary>The scan's verdict on the member's data, and that of etcd on a copy of it.</summary>
    private static async Task AssertAgreesAsync(CarriedMember member, string version, EtcdVersion target, V2Cure? expected)
    {
        V2Findings found = await ScanAsync(member);
        await member.StopAsync();
        V2Findings stopped = await ScanAsync(member);
        await using CarriedMember copy = member.Copy();
        bool starts = await copy.TryStartAsync(version);

        Assert.Equal((expected, expected), (found.ObstacleTo(target)?.Cure, stopped.ObstacleTo(target)?.Cure));
        Assert.True(starts == expected is null, $"etcd {version} {(starts ? "starts" : "does not start")}: {stopped}");
    }

    private static async Task PutAsync(CarriedMember member, string key)
    {
        using var client = new EtcdClient(new EtcdClientOptions { Endpoints = [member.Endpoint], Retry = false });
        await client.Kv.PutAsync(key, "value", cancellationToken: Token);
    }

    /// <summary>Makes the newest raft snapshot that of a cluster which etcd 2.3 began, and which has not written another since.</summary>
    private static void RaiseFromEtcd2(CarriedMember member)
    {
        string path = Directory.GetFiles(member.DataDirectory + "/member/snap", "*.snap").Order(StringComparer.Ordinal).Last();
        var fields = new WalFields(File.ReadAllBytes(path));
        while (fields.MoveNext() && fields.Number != 2)
        {
        }

        byte[] content = fields.Bytes.ToArray();
        Span<byte> version = content.AsSpan(content.AsSpan().IndexOf("\"Path\":\"/0/version\""u8));
        "2.3.0"u8.CopyTo(version[(version.IndexOf("\"Value\":\""u8) + 9)..]);
        Crc32C checksum = Crc32C.Create();
        checksum.Append(content);
        var file = new List<byte>();
        WalFields.Write(file, 1, checksum.Value);
        WalFields.Write(file, 2, content);
        File.WriteAllBytes(path, [.. file]);
    }

    private static Task<V2Findings> ScanAsync(CarriedMember member) =>
        V2Scanner.ScanAsync(AdminContext.Default(), member.Spec, Token);
}
