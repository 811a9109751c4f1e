using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Plans;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Installs the programs of a release on a host, in a separate folder for each release.</summary>
internal sealed class InstallBinaries(ProvisioningWork work) : Phase(work)
{
    private const UnixFileMode Program = AtomicFile.Public
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Members on one host share the programs.</summary>
    public override IEnumerable<MemberSpec> Order(IReadOnlyList<MemberSpec> members) =>
        members.DistinctBy(member => (member.HostName, member.BinDirectory));

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => !Work.State.FactsOf(member).HasBinary;

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        new(StepKind.InstallBinaries, member.HostName, $"Install etcd in {member.BinDirectory}")
        {
            Member = join is null ? null : member.Name,
            Detail = member.BinDirectory,
            Leaves = join is null ? null : $"etcd in {member.BinDirectory} on {member.HostName}",
        };

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        EtcdPackage package = Work.Packages[(Work.State.PlatformOf(member), Work.VersionOf(member))];
        string folder = $"{member.BinDirectory}/{package.Version}";
        // etcd comes last: the facts look for etcd, so a folder with etcd is complete.
        string[] programs = [.. new[] { package.EtcdutlPath, package.EtcdctlPath, package.EtcdPath }.OfType<string>()];
        var files = new List<HostFile>();
        foreach (string path in programs)
        {
            files.Add(new HostFile($"{folder}/{Path.GetFileName(path)}", HostFileContent.FromFile(path), Program)
            {
                Sha256 = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false),
            });
        }

        await Work.Context.HostOf(member).PutFilesAsync($"install etcd {package.Version}", files, cancellationToken).ConfigureAwait(false);
    }
}
