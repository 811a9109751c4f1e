using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Maintenance.FullDisk;

/// <summary>Finds members that do not serve because their disk is full.</summary>
/// <param name="context">The context.</param>
internal sealed class FullDiskReader(AdminContext context)
{
    // etcd ends if it cannot write, long before the last byte: its next log file has 64 MB (server/storage/wal/wal.go, SegmentSizeBytes).
    private const long FullBelow = 64_000_000;

    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(3), CheckDisk = true, SavesRevision = false };

    private static string Survey => ShellScript.Of(typeof(FullDiskReader), "survey-full-disk");

    /// <summary>The members with a full disk, or that an interrupted repair left; empty for clusters whose hosts are not managed.</summary>
    /// <exception cref="EtcdException">A full member's host cannot be asked.</exception>
    public async Task<IReadOnlyList<FullDiskMember>> FindAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        if (cluster.Spec is not { } spec || spec.Members.Any(member => member.Adopted is not null)) return [];
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
        FullDiskMember?[] found = await Task.WhenAll(spec.Members.Select(async member =>
        {
            EtcdHealth? state = health.Members.FirstOrDefault(known => known.Member == member.Name);
            bool isFull = state is { Serves: false, DiskFreeBytes: < FullBelow };
            // A member that serves may still be held, if a repair was interrupted; that needs a look only where its disk is small or nearly full.
            if (!isFull && state is not { Serves: true }) return null;
            FullDiskMember look = await LookAsync(member, cancellationToken).ConfigureAwait(false);
            return isFull || look.IsHeld ? look with { NeedsRoom = isFull } : null;
        })).ConfigureAwait(false);
        return [.. found.OfType<FullDiskMember>()];
    }

    /// <summary>Looks at the disk of one member.</summary>
    /// <exception cref="EtcdException">Its host cannot be asked.</exception>
    public async Task<FullDiskMember> LookAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        var script = new HostScript(Survey) { Arguments = [member.Layout.DataDirectory, member.WalFolder, member.Unit ?? ""] };
        string output = await context.HostOf(member).RunRequiredAsync($"look at the disk of member {member.Name}", script, cancellationToken)
            .ConfigureAwait(false);
        if (output.Trim().Split(' ') is [var free, var spare, var held]
            && long.TryParse(free, NumberStyles.None, CultureInfo.InvariantCulture, out long freeKilobytes)
            && long.TryParse(spare, NumberStyles.None, CultureInfo.InvariantCulture, out long spareKilobytes))
            return new FullDiskMember(member, freeKilobytes << 10, spareKilobytes << 10, held == "yes");
        throw new EtcdException(EtcdErrorIds.HostCommandFailed, $"{member.HostName} did not report the free space of member {member.Name}.")
        { Target = member.HostName };
    }
}
