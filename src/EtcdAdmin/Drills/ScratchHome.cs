using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Drills;

/// <summary>The resources of a drill's member.</summary>
/// <param name="Package">The etcd programs.</param>
/// <param name="Folder">The folder for all its files.</param>
/// <param name="Tls">Its certificates.</param>
/// <param name="Ports">Its ports.</param>
internal sealed record ScratchHome(EtcdPackage Package, ScratchFolder Folder, ScratchTls Tls, ScratchPorts Ports)
{
    private const string Token = "etcdadmin-drill";

    /// <summary>Path of the data directory.</summary>
    public string Data => Folder.File("data");

    /// <summary>Restores the data directory from a snapshot with the tool that a restore would use.</summary>
    /// <param name="subject">The snapshot; its revisions are not changed.</param>
    /// <param name="cancellationToken">Cancels the tool.</param>
    /// <exception cref="EtcdException">HostCommandFailed: the tool failed. PackageNotFound: the package has no such tool.</exception>
    public async Task<DrillFinding> RestoreAsync(DrillSubject subject, CancellationToken cancellationToken)
    {
        string tool = Package.RestoreToolPath ?? throw new EtcdException(EtcdErrorIds.PackageNotFound,
            $"{Package} in {Package.Folder} has no tool that restores snapshots: etcdutl, or etcdctl of version 3.5 or older.")
        {
            Target = Package.Folder,
            NextStep = "Use a package that contains the tool (-Package), for example an official release.",
        };
        var script = new HostScript(RestoreScripts.Restore)
        {
            Arguments =
            [
                tool, subject.Database, Data, ScratchMember.Name, Ports.PeerUrl, Ports.InitialCluster, Token,
                "0", subject.Snapshot.HasTrailer ? "no" : "yes", "", "",
            ],
        };
        await new LocalHost().RunRequiredAsync("restore the snapshot", script, cancellationToken).ConfigureAwait(false);
        return new DrillFinding(true, $"by {Path.GetFileName(tool)} {Package.Version}");
    }
}
