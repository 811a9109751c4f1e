using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Maintenance.FullDisk;

/// <summary>
/// Cuts an incomplete record off the log of a member whose disk is full. Such a write was never acknowledged. etcd cuts it at its start, but it needs
/// room for a copy of the whole log file before.
/// </summary>
/// <param name="context">The context.</param>
internal sealed class TornLog(AdminContext context)
{
    private static string FindEnd => ShellScript.Of(typeof(TornLog), "find-log-end");

    private static string Cut => ShellScript.Of(typeof(TornLog), "cut-torn-log");

    /// <summary>Cuts it off, and keeps its bytes in a file beside the log.</summary>
    /// <param name="member">A stopped member.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether there was an incomplete record.</returns>
    /// <exception cref="Errors.EtcdException">The host's error.</exception>
    public async Task<bool> CutAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        IHost host = context.HostOf(member);
        var find = new HostScript(FindEnd) { Arguments = [member.WalFolder] };
        string[] found =
            (await host.RunRequiredAsync($"look at the log of member {member.Name}", find, cancellationToken).ConfigureAwait(false)).Split('\n');
        string path = found[0], name = path[(path.LastIndexOf('/') + 1)..];
        if (WalSegmentName.Parse(name) is null) return false;
        var reader = new WalReader();
        await host.StreamFileAsync(
            path, found is [_, "gzip", ..],
            // The reader waits for bytes that arrive; another thread delivers them.
            (content, token) => Task.Run(() => reader.Add(name, content, token), token), cancellationToken).ConfigureAwait(false);
        WalSummary log = reader.Finish();
        if (log.Condition != WalCondition.Torn) return false;
        var cut = new HostScript(Cut)
        {
            Arguments = [path, log.End.ToString(CultureInfo.InvariantCulture), log.TornBytes.ToString(CultureInfo.InvariantCulture)],
        };
        await host.RunRequiredAsync($"cut the incomplete record off the log of member {member.Name}", cut, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
