using System.Security.Cryptography;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment.Packages;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Deployment;

/// <summary>Makes the specification of a new cluster, or of an existing one with what is asked anew.</summary>
internal sealed class SpecBuilder(EtcdAdminHome home, InstallRequest request)
{
    private const int FirstPort = 2379;
    private const int LastPort = 65535;

    /// <summary>The specification of a cluster that is not there yet.</summary>
    /// <param name="taken">Ports that are listened on here or belong to other saved clusters.</param>
    /// <exception cref="EtcdException">SpecInvalid, PortInUse.</exception>
    public ClusterSpec New(IReadOnlySet<int> taken)
    {
        int size = request.Size ?? 1;
        if (size is < 1 or > InstallRequest.MaxSize)
            throw Invalid($"a cluster has 1 to {InstallRequest.MaxSize} members, not {size}");
        if (request.Address is { } address && (Uri.CheckHostName(address) == UriHostNameType.Unknown || address is "0.0.0.0" or "::"))
            throw Invalid($"'{address}' is no address that others could reach a member at");
        CheckPorts(request.ClientPorts, size, "client", taken);
        CheckPorts(request.PeerPorts, size, "peer", taken);
        TuningRules.Check(request.Tuning);

        var ports = new HashSet<int>([.. taken, .. request.ClientPorts ?? [], .. request.PeerPorts ?? []]);
        string folder = Folder(request.Directory ?? home.LocalPath);
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

        return new ClusterSpec
        {
            Token = NewToken(request.Name),
            Members = members,
            Tls = request.Tls ?? true,
            Tuning = request.Tuning,
        };
    }

    /// <summary>The specification of an existing cluster with the asked settings; what needs a command of its own is refused.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public ClusterSpec Changed(ClusterSpec old)
    {
        if (request.Size is { } size && size != old.Members.Count)
            throw Invalid($"cluster '{request.Name}' has {old.Members.Count} member(s); installing again does not make it {size}");
        if (request.Tls is { } tls && tls != old.Tls)
            throw Invalid($"cluster '{request.Name}' was installed {(old.Tls ? "with" : "without")} TLS; installing again does not change that");
        Same(request.ClientPorts, old.Members.Select(member => member.ClientPort), "client ports");
        Same(request.PeerPorts, old.Members.Select(member => member.PeerPort), "peer ports");
        if (request.Address is { } address && old.Members.Any(member => member.Address != address))
            throw Invalid($"cluster '{request.Name}' does not listen on {address}; installing again does not change that");
        if (request.Directory is { } directory && old.Members.Any(member => !member.Directory.StartsWith(Folder(directory) + "/", StringComparison.Ordinal)))
            throw Invalid($"the members of cluster '{request.Name}' are not in '{directory}'; installing again does not move them");
        if (request.Package.Version is { } version && old.Version is { } held && !VersionRequest.Parse(version).Matches(held))
            throw Invalid($"cluster '{request.Name}' is held at etcd {held}; installing again does not make it {version}");
        EtcdTuning tuning = TuningRules.Merge(old.Tuning, request.Tuning);
        TuningRules.Check(tuning);
        return old with { Tuning = tuning };
    }

    /// <summary>A token that no other cluster has: members with different ones refuse each other.</summary>
    public static string NewToken(string name) => $"{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    private string Folder(string parent) => Path.Combine(Path.GetFullPath(parent), request.Name);

    private static int NextFree(HashSet<int> taken)
    {
        for (int port = FirstPort; port <= LastPort; port++)
        {
            if (taken.Add(port)) return port;
        }

        throw new EtcdException(EtcdErrorIds.PortInUse, EtcdErrorKind.InvalidOperation, "No TCP port is free on this machine.");
    }

    private static void CheckPorts(IReadOnlyList<int>? ports, int size, string kind, IReadOnlySet<int> taken)
    {
        if (ports is null) return;
        if (ports.Count != size) throw Invalid($"{size} member(s) need {size} {kind} port(s), {ports.Count} given");
        if (ports.Distinct().Count() != ports.Count) throw Invalid($"a {kind} port is given twice");
        foreach (int port in ports)
        {
            if (port is < 1 or > LastPort) throw Invalid($"{port} is no TCP port");
            if (!taken.Contains(port)) continue;
            throw new EtcdException(EtcdErrorIds.PortInUse, EtcdErrorKind.InvalidOperation,
                $"Port {port} on {LocalHost.LocalName} is in use, or belongs to another cluster installed here.")
            {
                Target = port,
                NextStep = "Give another port, or none: free ones are found.",
            };
        }
    }

    private void Same(IReadOnlyList<int>? wished, IEnumerable<int> held, string what)
    {
        if (wished is not null && !wished.SequenceEqual(held))
            throw Invalid($"the {what} of cluster '{request.Name}' are {string.Join(", ", held)}; installing again does not change them");
    }

    private static EtcdException Invalid(string why) =>
        new(EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidInput, $"This cannot be installed: {why}.");
}
