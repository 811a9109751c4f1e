using System.Collections.Concurrent;
using System.Globalization;
using EtcdAdmin.Tests.Database.Hashes;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>
/// A snapshot with etcd's own data about it, and the <see cref="KeyDigest"/> of the keys and values that etcdctl read at that time.
/// </summary>
internal sealed record LabSnapshot(string Path, ToolStatus Status, long Keys, long Revision, uint HashKv, string Contents);

/// <summary>Snapshots from the life of one member of each version, created when a test first requests that version.</summary>
public sealed class SnapshotLab : IAsyncDisposable
{
    public const string Needle = "needle-0123456789-needle";
    private const string Root = "root:sesame";

    private readonly ConcurrentDictionary<string, Lazy<Task<Life>>> _lives = new(StringComparer.Ordinal);

    /// <summary>
    /// The stages of that life, in order. Up to "many keys" nothing is compacted. After "written over" there is history above the
    /// compaction. When all keys are deleted and compacted but not defragmented, nearly all pages are free.
    /// </summary>
    public static IReadOnlyList<string> Stages { get; } =
    [
        "empty", "one key", "mixed", "large values", "leases", "many keys",
        "compacted", "written over", "defragmented", "all deleted", "authentication",
    ];

    internal async Task<LabSnapshot> GetAsync(string version, string stage, CancellationToken cancellationToken) =>
        (await LifeAsync(version, cancellationToken)).Snapshots[stage];

    /// <summary>The member after it was stopped, with its database file.</summary>
    internal async Task<SnapshotEtcd> StoppedAsync(string version, CancellationToken cancellationToken) =>
        (await LifeAsync(version, cancellationToken)).Etcd;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<Life>> life in _lives.Values)
        {
            if (life.Value.IsCompletedSuccessfully) await (await life.Value).Server.DisposeAsync();
        }
    }

    private Task<Life> LifeAsync(string version, CancellationToken cancellationToken) =>
        _lives.GetOrAdd(version, key => new Lazy<Task<Life>>(() => LiveAsync(key))).Value
            .WaitAsync(TimeSpan.FromMinutes(2), cancellationToken);

    private static async Task<Life> LiveAsync(string version)
    {
        // The fixture outlives the first test that uses it, so the token of that test must not end it.
        CancellationToken none = CancellationToken.None;
        EtcdServer server = await EtcdServer.StartAsync(version, new EtcdServerOptions { Arguments = ["--max-txn-ops", "100000"] });
        var etcd = new SnapshotEtcd(server);
        try
        {
            var snapshots = new Dictionary<string, LabSnapshot>(StringComparer.Ordinal);
            foreach (string stage in Stages)
            {
                await AdvanceAsync(etcd, stage, none);
                string path = await etcd.SaveAsync(stage.Replace(' ', '-'), none);
                (long keys, long revision) = await etcd.CountAsync(none);
                snapshots.Add(stage, new LabSnapshot(
                    path, await etcd.StatusAsync(path, none), keys, revision, await etcd.HashKvAsync(none),
                        KeyDigest.OfAnswer(await etcd.GetAllAsync(none))));
            }

            await server.StopAsync();
            return new Life(server, etcd, snapshots);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task AdvanceAsync(SnapshotEtcd etcd, string stage, CancellationToken stop)
    {
        switch (stage)
        {
            case "one key":
                await etcd.ControlAsync(["put", "/one", "value"], stop);
                break;
            case "mixed":
                await etcd.PutAllAsync(Numbered(200, "first"), stop);
                await etcd.PutAllAsync(Numbered(100, "second"), stop);
                await etcd.ControlAsync(["del", "/k/00150", "/k/00170"], stop);
                await etcd.ControlAsync(["put", "/k/00160", Needle], stop);
                await etcd.ControlAsync(["del", "/k/00001"], stop);
                break;
            case "large values":
                for (int i = 0; i < 3; i++)
                {
                    using var value = new MemoryStream([.. Enumerable.Repeat((byte)('a' + i), 1_500_000)]);
                    await etcd.ControlAsync(["put", $"/large/{i}"], value, stop);
                }

                break;
            case "leases":
                string lease = (await etcd.ControlAsync(["lease", "grant", "3600"], stop)).Split(' ')[1];
                await etcd.ControlAsync(["put", "/leased", "value", "--lease", lease], stop);
                break;
            case "many keys":
                await etcd.PutAllAsync(Numbered(20_000, "third"), stop);
                break;
            case "compacted":
                await CompactAsync(etcd, stop);
                break;
            case "written over":
                await etcd.PutAllAsync(Numbered(5_000, "fourth"), stop);
                await etcd.ControlAsync(["del", "/k/06", "/k/07"], stop);
                await etcd.ControlAsync(["put", "/k/06500", "again"], stop);
                break;
            case "defragmented":
                await etcd.ControlAsync(["defrag"], stop);
                break;
            case "all deleted":
                await etcd.ControlAsync(["del", "/large", "/largf"], stop);
                await etcd.ControlAsync(["del", "", "--prefix"], stop);
                await CompactAsync(etcd, stop);
                break;
            case "authentication":
                await etcd.ControlAsync(["put", "/kept", "value"], stop);
                await etcd.ControlAsync(["user", "add", Root], stop);
                await etcd.ControlAsync(["user", "add", "reader:letmein"], stop);
                await etcd.ControlAsync(["role", "add", "root"], stop);
                await etcd.ControlAsync(["role", "add", "reading"], stop);
                await etcd.ControlAsync(["role", "grant-permission", "reading", "read", "/kept"], stop);
                await etcd.ControlAsync(["user", "grant-role", "reader", "reading"], stop);
                await etcd.ControlAsync(["user", "grant-role", "root", "root"], stop);
                await etcd.ControlAsync(["auth", "enable"], stop);
                etcd.User = Root;
                break;
        }
    }

    private static async Task CompactAsync(SnapshotEtcd etcd, CancellationToken stop)
    {
        long revision = (await etcd.CountAsync(stop)).Revision;
        await etcd.ControlAsync(["compaction", revision.ToString(CultureInfo.InvariantCulture), "--physical"], stop);
    }

    private static IEnumerable<(string Key, string Value)> Numbered(int count, string value) =>
        Enumerable.Range(0, count).Select(i => ($"/k/{i:d5}", $"{value}-{i}"));

    private sealed record Life(EtcdServer Server, SnapshotEtcd Etcd, IReadOnlyDictionary<string, LabSnapshot> Snapshots);
}
