using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning;

/// <summary>Puts the programs of a release on a host, in a folder of their own beside other releases.</summary>
internal static class BinaryInstaller
{
    private const UnixFileMode Program = AtomicFile.Public
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static async Task InstallAsync(IHost host, EtcdPackage package, MemberSpec member, CancellationToken cancellationToken)
    {
        string folder = $"{member.BinDirectory}/{package.Version}";
        // etcd last: the facts look for it, so a folder with etcd is complete.
        string[] programs = [.. new[] { package.EtcdutlPath, package.EtcdctlPath, package.EtcdPath }.OfType<string>()];
        var files = new List<HostFile>();
        foreach (string path in programs)
        {
            files.Add(new HostFile($"{folder}/{Path.GetFileName(path)}", HostFileContent.FromFile(path), Program)
            {
                Sha256 = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false),
            });
        }

        await host.PutFilesAsync($"install etcd {package.Version}", files, cancellationToken).ConfigureAwait(false);
    }
}
