using EtcdAdmin.Deployment.Files;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Makes an installation request from a cluster file.</summary>
public static class InstallFile
{
    /// <summary>The request of a cluster file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="EtcdException">SpecInvalid: a host name cannot be used.</exception>
    public static InstallRequest ToRequest(ClusterFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var request = new InstallRequest
        {
            Name = file.Name,
            Tls = file.Tls,
            SeparatePeerAuthority = file.SeparatePeerAuthority,
            Package = new PackageRequest { Version = VersionRequest.Parse(file.Version), Path = file.Package },
            Tuning = file.Tuning,
            ClientPorts = Ports(file, host => host.ClientPort, file.ClientPort, HostMembers.DefaultClientPort),
            PeerPorts = Ports(file, host => host.PeerPort, file.PeerPort, HostMembers.DefaultPeerPort),
            Hosts = [.. file.Hosts.Select(host => ToRequest(file, host))],
        };
        return file.KeyAlgorithm is { } keys ? request with { KeyAlgorithm = keys } : request;
    }

    private static HostRequest ToRequest(ClusterFile file, ClusterFileHost host)
    {
        HostConnection given = HostConnection.Parse(host.HostName);
        return new HostRequest
        {
            Connection = given with
            {
                UserName = given.UserName ?? host.UserName ?? file.UserName,
                Port = given.Port ?? host.Port ?? file.Port,
                KeyFilePath = host.KeyFilePath ?? file.KeyFilePath,
                Options = host.Options ?? file.Options,
                ConnectingTimeout = file.ConnectingTimeout,
                Transport = file.SshTransport,
            },
            Name = host.Name,
            Address = host.Address,
            BindAddress = host.BindAddress ?? file.BindAddress,
            DataDirectory = host.DataDirectory,
            WalDirectory = host.WalDirectory,
            DataDevice = host.DataDevice,
            FileSystem = host.FileSystem,
        };
    }

    // Null where the file has no ports: then an installed cluster keeps its ports.
    private static IReadOnlyList<int>? Ports(ClusterFile file, Func<ClusterFileHost, int?> own, int? common, int other) =>
        common is null && file.Hosts.All(host => own(host) is null) ? null : [.. file.Hosts.Select(host => own(host) ?? common ?? other)];
}
