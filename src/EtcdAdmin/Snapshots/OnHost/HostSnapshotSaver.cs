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

/// <summary>Takes snapshots that stay on a member's host: nothing of them crosses the network.</summary>
/// <param name="context">The surroundings.</param>
public sealed class HostSnapshotSaver(AdminContext context)
{
    private const int NoProgram = 3, NothingCame = 4, NoRoom = 5, NoReader = 6; // what the script ends with

    private static readonly TimeSpan CleanupLimit = TimeSpan.FromSeconds(10);

    /// <summary>Lets the member's own etcdctl save it, with the member's own certificate, and checks it there.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">Which member, and where.</param>
    /// <param name="events">Gets progress in bytes.</param>
    /// <param name="cancellationToken">Gives up; nothing is left then.</param>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotFound, NotHealthy: nobody to take it from. InvalidArgument: the destination. PackageNotFound: the host has no etcdctl, or nothing that reads snapshots.
    /// Timeout: the member sent nothing. DiskFull: too little room there. HostCommandFailed: what etcdctl or the check said. In all of them no file is left.
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
        await NoteAsync(member, snapshot, answer.Owner, events, cancellationToken).ConfigureAwait(false);
        return snapshot;
    }

    private async Task<HostSnapshotAnswer> RunAsync(
        EtcdCluster cluster, MemberSpec member, SnapshotSource source, SaveHostSnapshotRequest request, DateTimeOffset now, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        EtcdVersion version = spec.Version ?? source.Version ?? throw NotOurs(cluster.Name, source.Name);
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

    /// <summary>A script that is killed removes nothing itself.</summary>
    private static async Task DiscardAsync(IHost host, string temporary)
    {
        using var limit = new CancellationTokenSource(CleanupLimit);
        try
        {
            await host.RunAsync(new HostScript(HostSnapshotScripts.Discard) { Arguments = [temporary] }, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            // The host is gone, too; the file begins with a dot and is never taken for a snapshot.
        }
    }

    /// <summary>The member counts as clients do; etcd's tool does so only from 3.6 on.</summary>
    private static async Task<long?> CountAsync(SnapshotSource source, long revision, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (revision == 0) return 0;
        try
        {
            var query = new RangeQuery { CountOnly = true, Revision = revision };
            return (await source.Client.Kv.QueryAsync(KeyRange.All, query, cancellationToken).ConfigureAwait(false)).Count;
        }
        catch (EtcdException e)
        {
            events.Message($"Member {source.Name} cannot tell how many keys there are at revision {revision}: {e.Message}");
            return null;
        }
    }

    private async Task NoteAsync(
        MemberSpec member, EtcdHostSnapshot snapshot, string? owner, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            var notes = new HostFile(SnapshotManifest.PathFor(snapshot.Path), HostFileContent.FromBytes(SnapshotManifest.Of(snapshot).ToJson()), AtomicFile.OwnerOnly)
            {
                Owner = owner,
            };
            await context.HostOf(member).PutFilesAsync("write what is known of the snapshot", [notes], cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            // The snapshot is whole without it.
            events.Warning($"{snapshot} is saved, but what is known of it could not be written beside it: {e.Message}");
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
                NextStep = $"Its hosts are {string.Join(", ", spec.Members.Select(member => member.HostName).Distinct(StringComparer.Ordinal))}.",
            };
    }

    private static void CheckFolder(string folder)
    {
        if (folder.StartsWith('/') && !folder.Any(char.IsControl)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{folder}' is not a full path of a folder on a host.")
        {
            Target = folder,
            NextStep = $"Name it from the root on, for instance {SaveHostSnapshotRequest.UsualFolder}.",
        };
    }

    private static EtcdException NotOurs(string cluster, string member) => new(
        EtcdErrorIds.MemberNotFound, $"Member '{member}' of cluster '{cluster}' is not managed from here, or was never completely installed.")
    {
        Target = member,
        NextStep = "Choose a member that is (-Member), or save to this machine.",
    };

    private static EtcdException Missing(IHost host, MemberSpec member, EtcdVersion version, string program, string does) => new(
        EtcdErrorIds.PackageNotFound, $"{host.Name} has no {program} in {member.BinDirectory}/{version}, and that {does} snapshots there.")
    {
        Target = host.Name,
        NextStep = "Save to this machine, or install from a package that has it.",
    };

    // What etcdctl prints of etcd's answers: api/v3rpc/rpctypes/error.go and server/auth/store.go.
    private static readonly string[] Refusals =
    [
        "auth: permission denied", "etcdserver: permission denied", "auth: user not found", "etcdserver: user name not found",
        "auth: user name is empty", "etcdserver: user name is empty",
    ];

    private static bool IsRefused(ScriptResult result) =>
        Array.Exists(Refusals, refusal => result.Error.Contains(refusal, StringComparison.Ordinal));

    private static EtcdException NotPermitted(EtcdCluster cluster, IHost host, SnapshotSource source, ScriptResult result) => new(
        EtcdErrorIds.PermissionDenied,
        $"Member {source.Name} on {host.Name} does not give a snapshot to "
        + (cluster.Credential is { } user ? $"user '{user.UserName}'" : "its own certificate, because no user was given") + $": {result.Error.Trim()}")
    {
        Target = cluster.Name,
        NextStep = "A snapshot needs a user with the role root: give one with -Credential.",
    };

    private static EtcdException NoSpace(IHost host, ScriptResult result) => new(
        EtcdErrorIds.DiskFull, $"{host.Name} takes no snapshot: {result.Error.Trim()}.")
    {
        Target = host.Name,
        NextStep = "Choose a folder on another disk (-Destination), or remove what is not needed: the database's size and a tenth, and 64 MB, are to be free.",
    };

    private static EtcdException Silent(IHost host, SnapshotSource source, double seconds) => new(
        EtcdErrorIds.Timeout, $"The snapshot on {host.Name} stopped: member {source.Name} sent nothing for {seconds:0} s.")
    {
        Target = host.Name,
        NextStep = "Take it from another member, or allow a longer silence.",
    };
}
