using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Snapshots;

/// <summary>etcd's own restore tool, of the version that is installed for the member.</summary>
/// <param name="Path">Where it is on the host.</param>
/// <param name="CanBump">Whether it can raise revisions.</param>
internal sealed record RestoreTool(string Path, bool CanBump)
{
    /// <exception cref="EtcdException">PackageNotFound: the installed package has no such tool.</exception>
    public static async Task<RestoreTool> FindAsync(
        IHost host, MemberSpec member, EtcdVersion version, CancellationToken cancellationToken)
    {
        var script = new HostScript(RestoreScripts.FindTool)
        {
            Arguments = [member.BinaryPath("etcdutl", version), member.BinaryPath("etcdctl", version)],
        };
        string[] lines = (await host.RunRequiredAsync("look for etcdutl", script, cancellationToken).ConfigureAwait(false))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 2) return new RestoreTool(lines[0], lines[1] == "yes");
        throw new EtcdException(EtcdErrorIds.PackageNotFound, EtcdErrorKind.NotFound,
            $"{host.Name} has no etcdutl (up to 3.5 etcdctl would do) in {member.BinDirectory}/{version}, and that restores snapshots.")
        {
            Target = host.Name,
            NextStep = "Install from a package that has it.",
        };
    }
}
