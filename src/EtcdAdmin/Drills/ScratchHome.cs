using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Drills;

/// <summary>What the member of a drill is made from.</summary>
/// <param name="Package">Its programs.</param>
/// <param name="Folder">Holds everything of it.</param>
/// <param name="Tls">What it shows and demands.</param>
/// <param name="Ports">Where it listens.</param>
internal sealed record ScratchHome(EtcdPackage Package, ScratchFolder Folder, ScratchTls Tls, ScratchPorts Ports)
{
    private const string Token = "etcdadmin-drill";

    /// <summary>Its data directory.</summary>
    public string Data => Folder.File("data");

    /// <summary>Makes the data directory of a snapshot, with the tool that a restore would use.</summary>
    /// <param name="subject">The snapshot; revisions stay what they are in it.</param>
    /// <param name="cancellationToken">Ends the tool.</param>
    /// <exception cref="EtcdException">HostCommandFailed: the tool did not do it, and says why. PackageNotFound: there is no such tool.</exception>
    public async Task<DrillFinding> RestoreAsync(DrillSubject subject, CancellationToken cancellationToken)
    {
        string tool = Package.RestoreToolPath ?? throw new EtcdException(EtcdErrorIds.PackageNotFound,
            $"{Package} in {Package.Folder} has no etcdutl (up to 3.5 etcdctl would do), and that restores snapshots.")
        {
            Target = Package.Folder,
            NextStep = "Name a package that has it (-Package), as the official releases have.",
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
