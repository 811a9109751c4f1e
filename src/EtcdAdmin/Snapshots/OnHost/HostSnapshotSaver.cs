using System.Globalization;
using System.Text;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>Saves snapshots on a member's host. The data does not cross the network.</summary>
/// <param name="context">The services to use.</param>
public sealed class HostSnapshotSaver(AdminContext context)
{
    private const int NoProgram = 3, NothingCame = 4, NoRoom = 5, NoReader = 6; // exit codes of the script

    private static readonly TimeSpan CleanupLimit = TimeSpan.FromSeconds(10);

    /// <summary>Saves a snapshot with the host's own etcdctl and the member's own certificate, and checks it on the host.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">The member and the destination.</param>
    /// <param name="events">Receives progress in bytes.</param>
    /// <param name="cancellationToken">Cancels the save; nothing is left behind.</param>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotFound, NotHealthy: no member to take the snapshot from. InvalidArgument: the destination. PackageNotFound: the
    /// host
    /// has no etcdctl, or no tool that reads snapshots. Timeout: the member sent nothing. DiskFull: not enough space on the host.
    /// HostCommandFailed: etcdctl or the check failed. In all cases no file is left.
    /// </exception>
    public async Task<EtcdHostSnapshot> SaveAsync(
        EtcdCluster cluster, SaveHostSnapshotRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        ClusterSpec spec = cluster.RequireSpec();
        CheckFolder(request.Destination);
        DateTimeOffset now = context.Clock.GetUtcNow();
        SnapshotSource source = await SnapshotSource
            .ChooseAsync(context, cluster, request.Member ?? MemberOn(spec, request.HostName, cluster.Name), cancellationToken).ConfigureAwait(false);
        MemberSpec member = spec.Members.FirstOrDefault(found => found.Name == source.Name)
            ?? throw NotOurs(cluster.Name, source.Name);
        HostSnapshotAnswer answer = await RunAsync(cluster, member, source, request, now, events, cancellationToken).ConfigureAwait(false);

        HostSnapshotStatus status = answer.Status;
        var snapshot = new EtcdHostSnapshot
        {
            HostName = member.HostName,
            Path = answer.Path,
            Sha256 = answer.Sha256,
            Size = answer.Bytes,
            Hash = status.Hash,
            Revision = status.Revision,
            TotalKeys = await CountAsync(source, status.Revision, events, cancellationToken).ConfigureAwait(false),
            Version = source.Version,
            ClusterName = cluster.Name,
            ClusterId = source.Cluster,
            Member = source.Name,
            Created = now,
            CopyCommand = CopyCommand.For(member.Connection, answer.Path, SnapshotManifest.PathFor(answer.Path)),
        };
        await WriteManifestAsync(member, snapshot, answer.Owner, events, cancellationToken).ConfigureAwait(false);
        return snapshot;
    }

    private async Task<HostSnapshotAnswer> RunAsync(
        EtcdCluster cluster, MemberSpec member, SnapshotSource source, SaveHostSnapshotRequest request, DateTimeOffset now,
            IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        EtcdVersion version = spec.VersionOf(member) ?? source.Version ?? throw NotOurs(cluster.Name, source.Name);
        IHost host = context.HostOf(member);
        string activity = $"Saving snapshot of cluster {cluster.Name} on {host.Name}";
        string folder = request.Destination.TrimEnd('/');
        string temporary = $"{folder}/.etcdadmin-saving-{Guid.NewGuid():N}";
        MemberLayout layout = member.Layout;
        string[] tls = spec.Tls ? [layout.CaFile, layout.ServerCertificateFile, layout.ServerKeyFile] : ["", "", ""];
        double patience = Math.Max(1, Math.Ceiling(request.InactivityTimeout.TotalSeconds));
        string credential = cluster.Credential is { } user ? $"{user.UserName}:{user.Password}" : "";
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(credential + "\n"));
        using var answer = new HostSnapshotAnswer(size => events.Progress(activity, string.Create(CultureInfo.InvariantCulture, $"{size >> 20} MB")));
        var script = new HostScript(HostSnapshotScripts.Save)
        {
            Arguments =
            [
                member.BinaryPath("etcdctl", version), member.BinaryPath("etcdutl", version), EtcdUrl(member, spec.Tls), .. tls,
                folder, temporary, SnapshotName.Of(now), patience.ToString("0", CultureInfo.InvariantCulture),
                source.DbSizeBytes.ToString(CultureInfo.InvariantCulture),
            ],
            StandardInput = input,
            StandardOutput = answer,
        };
        events.Message($"Taking the snapshot from member {source.Name} on {host.Name} into {folder}");
        try
        {
            ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
            return result.ExitCode switch
            {
                0 => answer,
                NoProgram => throw Missing(host, member, version, "etcdctl", "saves"),
                NoReader => throw Missing(host, member, version, "etcdutl", "checks"),
                NothingCame => throw Silent(host, source, patience),
                NoRoom => throw NoSpace(host, result),
                _ when IsRefused(result) => throw NotPermitted(cluster, host, source, result),
                _ => throw new HostCommandException(host.Name, $"save a snapshot of member {source.Name}", result),
            };
        }
        catch (Exception e) when (e is OperationCanceledException or EtcdException { ErrorId: EtcdErrorIds.ConnectionLost })
        {
            await DiscardAsync(host, temporary).ConfigureAwait(false);
            throw;
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    /// <summary>A killed script leaves its files behind; this deletes them.</summary>
    private static async Task DiscardAsync(IHost host, string temporary)
    {
        using var limit = new CancellationTokenSource(CleanupLimit);
        try
        {
            await host.RunAsync(new HostScript(HostSnapshotScripts.Discard) { Arguments = [temporary] }, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            // The host is not reachable either. The file name starts with a dot, so the file is never taken for a snapshot.
        }
    }

    /// <summary>Asks the member for the number of keys. Its count is the count that clients see; etcd's tool counts so only from 3.6 on.</summary>
    private static async Task<long?> CountAsync(
        SnapshotSource source, long revision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (revision == 0) return 0;
        try
        {
            var query = new RangeQuery { CountOnly = true, Revision = revision };
            return (await source.Client.Kv.QueryAsync(KeyRange.All, query, cancellationToken).ConfigureAwait(false)).Count;
        }
        catch (EtcdException e)
        {
            events.Message($"Member {source.Name} cannot count the keys at revision {revision}: {e.Message}");
            return null;
        }
    }

    private async Task WriteManifestAsync(
        MemberSpec member, EtcdHostSnapshot snapshot, string? owner, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = new HostFile(
                SnapshotManifest.PathFor(snapshot.Path), HostFileContent.FromBytes(SnapshotManifest.Of(snapshot).ToJson()), AtomicFile.OwnerOnly)
            {
                Owner = owner,
            };
            await context.HostOf(member).PutFilesAsync("write the manifest of the snapshot", [manifest], cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            // The snapshot is usable without a manifest.
            events.Warning($"{snapshot} was saved and is usable, but its manifest could not be written: {e.Message}");
        }
    }

    private static string EtcdUrl(MemberSpec member, bool tls) => member.ClientUrl(tls).ToString().TrimEnd('/');

    private static string? MemberOn(ClusterSpec spec, string? host, string cluster)
    {
        if (host is null) return null;
        return spec.Members.FirstOrDefault(member => member.HostName == host || member.Connection?.HostName == host)?.Name
            ?? throw new EtcdException(EtcdErrorIds.MemberNotFound, $"Cluster '{cluster}' has no member on host '{host}'.")
            {
                Target = host,
                NextStep = $"The hosts are {string.Join(", ", spec.Members.Select(member => member.HostName).Distinct(StringComparer.Ordinal))}.",
            };
    }

    private static void CheckFolder(string folder)
    {
        if (folder.StartsWith('/') && !folder.Any(char.IsControl)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{folder}' is not a full path of a folder on a host.")
        {
            Target = folder,
            NextStep = $"Use a full path, for example {SaveHostSnapshotRequest.UsualFolder}.",
        };
    }

    private static EtcdException NotOurs(string cluster, string member) => new(
        EtcdErrorIds.MemberNotFound,
            $"Member '{member}' of cluster '{cluster}' is not managed from this machine, or its installation is not complete.")
    {
        Target = member,
        NextStep = "Use a managed member (-Member), or save to this machine (without -OnHost).",
    };

    private static EtcdException Missing(IHost host, MemberSpec member, EtcdVersion version, string program, string does) => new(
        EtcdErrorIds.PackageNotFound, $"Host {host.Name} has no {program} in {member.BinDirectory}/{version}. "
            + $"This program {does} the snapshot on the host.")
    {
        Target = host.Name,
        NextStep = "Save to this machine (without -OnHost), or install etcd from a package that contains the program.",
    };

    // Error texts of etcd that etcdctl prints: api/v3rpc/rpctypes/error.go and server/auth/store.go.
    private static readonly string[] Refusals =
    [
        "auth: permission denied", "etcdserver: permission denied", "auth: user not found", "etcdserver: user name not found",
        "auth: user name is empty", "etcdserver: user name is empty",
    ];

    private static bool IsRefused(ScriptResult result) =>
        Array.Exists(Refusals, refusal => result.Error.Contains(refusal, StringComparison.Ordinal));

    private static EtcdException NotPermitted(EtcdCluster cluster, IHost host, SnapshotSource source, ScriptResult result) => new(
        EtcdErrorIds.PermissionDenied,
        $"Member {source.Name} on {host.Name} refuses to send a snapshot to "
        + (cluster.Credential is { } user ? $"user '{user.UserName}'" : "the user of the member's own certificate (no user was supplied)")
            + $": {result.Error.Trim()}")
    {
        Target = cluster.Name,
        NextStep = "Only a user with the root role can take a snapshot. Supply the user with -Credential.",
    };

    private static EtcdException NoSpace(IHost host, ScriptResult result) => new(
        EtcdErrorIds.DiskFull, $"The snapshot was not saved on {host.Name}: {result.Error.Trim()}.")
    {
        Target = host.Name,
        NextStep = "Use a folder on another disk (-Destination), or free some space. Required: 110 % of the database's size plus 64 MB.",
    };

    private static EtcdException Silent(IHost host, SnapshotSource source, double seconds) => new(
        EtcdErrorIds.Timeout, $"The snapshot on {host.Name} stopped: member {source.Name} sent nothing for {seconds:0} s.")
    {
        Target = host.Name,
        NextStep = "Take the snapshot from another member (-Member), or wait longer for data (-InactivityTimeout).",
    };
}
