using System.Text.Json;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Schedules.Snapshots;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Retention;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>The hosts' script and <see cref="SnapshotManifest"/> write the same of the same snapshot, and read what the other wrote.</summary>
public sealed class ManifestAgreementTests : IAsyncDisposable
{
    // What the script cannot know, and what differs by nature.
    private const string Unknown = "compactRevision";
    private static readonly string[] OfTheWriter = ["created", "createdBy"];

    private readonly TempFolder _folder = new();
    private EtcdServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("3.4", "dash")]
    [InlineData("3.5", "dash")]
    [InlineData("3.5", "bash --posix")]
    [InlineData("3.5", "busybox ash")]
    [Etcd36Data("3.6", "dash")]
    [Etcd37Data("3.7", "dash")]
    public async Task Manifest_OfTheSameSnapshot_IsTheSame(string version, string shell)
    {
        (string snapshot, EtcdSnapshot read) = await TakeAsync(version, shell);
        SnapshotManifest fromFile = SnapshotManifest.Of(read);

        (string Name, string Value)[] script = Fields(await File.ReadAllBytesAsync(snapshot + ".json", Stop));
        (string Name, string Value)[] ours = Fields(fromFile.ToJson());
        (string Name, string Value)[] onHost = Fields(SnapshotManifest.Of(OnHost(read)).ToJson());

        Assert.Equal(ours.Select(field => field.Name).Where(name => name != Unknown), script.Select(field => field.Name));
        Assert.Equal(onHost.Select(field => field.Name), script.Select(field => field.Name));
        Assert.Equal(ours.Where(field => field.Name != Unknown && !OfTheWriter.Contains(field.Name)),
            script.Where(field => !OfTheWriter.Contains(field.Name)));
    }

    [Fact]
    public async Task FindAsync_WhatTheScriptWrote_IsWhatWeWouldHaveWritten()
    {
        (string snapshot, EtcdSnapshot read) = await TakeAsync("3.5", "dash");

        SnapshotManifest found = (await SnapshotManifest.FindAsync(snapshot, Stop))!; // the script wrote it

        Assert.Equal(SnapshotManifest.Of(read) with { CompactRevision = null, Created = found.Created, CreatedBy = found.CreatedBy }, found);
        Assert.Equal(RetentionCatalogue.TimeIn(snapshot), found.Created);
        Assert.StartsWith(SnapshotScript.Author + ", ", found.CreatedBy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(StoreSignatureTests.Shells), MemberType = typeof(StoreSignatureTests))]
    public async Task ManifestValue_WhatWeWrote_IsWhatTheScriptReads(string shell)
    {
        string[] words = StoreSignatureTests.Installed(shell);
        (string snapshot, EtcdSnapshot read) = await TakeAsync("3.5", "dash");
        SnapshotManifest manifest = SnapshotManifest.Of(read);
        await manifest.WriteAsync(snapshot, Stop);
        (string Name, string Value)[] fields = Fields(manifest.ToJson());
        string script = "set -u\n" + ShellScript.Load("Schedules/Snapshots/Scripts/manifest_value.sh")
            + "file=$1; shift; for name in \"$@\"; do manifest_value \"$file\" \"$name\"; done";

        ProcessResult result = await ProcessRunner.RunAsync(
            new ProcessCommand(
                words[0], [.. words[1..], "-c", script, "sh", snapshot + ".json", .. fields.Select(field => field.Name), "thereIsNone"]), Stop);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(fields.Select(field => field.Value.Trim('"')), result.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task FindAsync_FirstFormat_IsReadAsBefore()
    {
        (string snapshot, EtcdSnapshot read) = await TakeAsync("3.5", "dash");
        await File.WriteAllTextAsync(snapshot + ".json", $$"""
            {
              "format": 1,
              "sha256": "{{read.Sha256}}",
              "size": {{read.Size}},
              "hash": "{{read.Hash:x}}",
              "revision": {{read.Revision}},
              "totalKeys": {{read.TotalKeys}},
              "clusterName": "prod",
              "clusterId": "{{read.ClusterId}}",
              "member": "n1",
              "etcdVersion": "3.5.16",
              "created": "2026-01-31T04:00:00Z",
              "createdBy": "EtcdAdmin schedule, etcd@n1"
            }
            """, Stop);

        SnapshotVerdict verdict = await new SnapshotVerifier(TimeProvider.System).VerifyAsync(snapshot, null, null, Stop);
        SnapshotManifest found = (await SnapshotManifest.FindAsync(snapshot, Stop))!; // it was just written

        Assert.True(verdict.Passed);
        Assert.Equal((1, null, null, null, null), (found.Format, found.Compression, found.Encrypted, found.DatabaseSha256, found.CompactRevision));
        Assert.Equal(("prod", "n1", new DateTimeOffset(2026, 1, 31, 4, 0, 0, TimeSpan.Zero)),
            (verdict.Snapshot!.ClusterName, verdict.Snapshot.Member, verdict.Snapshot.Created));
    }

    /// <summary>A snapshot that the script took, and what is in it and of it as this side knows it.</summary>
    private async Task<(string Path, EtcdSnapshot Read)> TakeAsync(string version, string shell)
    {
        string[] words = StoreSignatureTests.Installed(shell);
        _server = await EtcdServer.StartAsync(version);
        using EtcdClient client = _server.Connect();
        for (int i = 0; i < 20; i++) await client.Kv.PutAsync($"/k/{i}", "value", cancellationToken: Stop);
        await client.Kv.DeleteAsync(KeyRange.Key("/k/7"), cancellationToken: Stop);
        var host = new ScheduleHost(_folder.File("n1"), "n1", _server, new RetentionRules { Keep = 7 });
        ProcessResult result = await host.RunAsync(shell: words);
        Assert.True(result.ExitCode == 0, result.Error);
        string snapshot = Assert.Single(host.Snapshots);
        string bare = _folder.File("bare.db");
        File.Copy(snapshot, bare);
        EtcdSnapshot read = await SnapshotCatalogue.ReadAsync(bare, null, Stop);
        return (snapshot, read with
        {
            ClusterName = "prod",
            ClusterId = (await client.Maintenance.StatusAsync(Stop)).Header.ClusterId,
            Member = "n1",
            Version = _server.Binaries.Package.Version,
        });
    }

    private static EtcdHostSnapshot OnHost(EtcdSnapshot read) => new()
    {
        HostName = "n1",
        Path = read.Path,
        Sha256 = read.Sha256,
        Size = read.Size,
        Hash = read.Hash,
        Revision = read.Revision,
        TotalKeys = read.TotalKeys,
        ClusterName = read.ClusterName!, // it has just been set, as has the id
        ClusterId = read.ClusterId!.Value,
        Member = "n1",
        Version = read.Version,
        Created = read.Created,
        CopyCommand = "",
    };

    private static (string Name, string Value)[] Fields(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(field => (field.Name, field.Value.GetRawText()))];
    }
}
