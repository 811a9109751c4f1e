using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Deployment.Install;

/// <summary>Makes the members of a cluster on this machine: a folder and two free ports for each member.</summary>
internal sealed class LocalMembers(EtcdAdminHome home, InstallRequest request)
{
    private const int FirstPort = 2379;

    /// <param name="taken">Ports that are in use here or belong to other saved clusters.</param>
    /// <exception cref="EtcdException">SpecInvalid, PortInUse.</exception>
    public IReadOnlyList<MemberSpec> Make(IReadOnlySet<int> taken)
    {
        int size = request.Size ?? 1;
        if (size is < 1 or > InstallRequest.MaxSize)
            throw SpecRules.Invalid($"a cluster has 1 to {InstallRequest.MaxSize} members, not {size}");
        if (request.Address is { } address && !Addresses.IsReachable(address))
            throw SpecRules.Invalid($"'{address}' is not an address at which other hosts can reach a member{Addresses.WhyNot(address)}");
        CheckPorts(request.ClientPorts, size, "client", taken);
        CheckPorts(request.PeerPorts, size, "peer", taken);

        var ports = new HashSet<int>([.. taken, .. request.ClientPorts ?? [], .. request.PeerPorts ?? []]);
        string folder = Folder(request.Directory ?? home.LocalPath, request.Name);
        var members = new List<MemberSpec>();
        for (int i = 0; i < size; i++)
        {
            string name = $"{request.Name}-{i + 1}";
            int client = request.ClientPorts?[i] ?? NextFree(ports);
            int peer = request.PeerPorts?[i] ?? NextFree(ports);
            members.Add(new MemberSpec
            {
                Name = name,
                HostName = LocalHost.LocalName,
                Address = request.Address ?? "127.0.0.1",
                ClientPort = client,
                PeerPort = peer,
                Directory = $"{folder}/{name}",
                BinDirectory = $"{folder}/bin",
            });
        }

        return members;
    }

    /// <summary>The folder of a cluster's members in a parent folder.</summary>
    public static string Folder(string parent, string cluster) => Path.Combine(Path.GetFullPath(parent), cluster);

    private static int NextFree(HashSet<int> taken)
    {
        for (int port = FirstPort; port <= Addresses.LastPort; port++)
        {
            if (taken.Add(port)) return port;
        }

        throw new EtcdException(EtcdErrorIds.PortInUse, "No TCP port is free on this machine.");
    }

    private static void CheckPorts(IReadOnlyList<int>? ports, int size, string kind, IReadOnlySet<int> taken)
    {
        if (ports is null) return;
        Addresses.CheckPorts(ports, size, kind);
        if (ports.Distinct().Count() != ports.Count) throw SpecRules.Invalid($"a {kind} port is given twice");
        foreach (int port in ports.Where(taken.Contains))
        {
            throw new EtcdException(EtcdErrorIds.PortInUse,
                $"Port {port} on {LocalHost.LocalName} is in use, or belongs to another cluster installed here.")
            {
                Target = port,
                NextStep = "Give another port, or give no ports: EtcdAdmin then chooses free ports.",
            };
        }
    }
}
