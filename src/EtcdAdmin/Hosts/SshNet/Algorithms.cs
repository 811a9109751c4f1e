using Renci.SshNet;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The algorithms that SSH.NET may use: no weaker ones than OpenSSH's own defaults.</summary>
internal static class Algorithms
{
    // SHA-1, CBC and the certificates of hosts, which are not checked.
    private static readonly string[] Refused = ["sha1", "-cbc", "-cert-", "group1-"];

    // RSA with SHA-1, whatever its name.
    private const string OldRsa = "ssh-rsa";

    /// <summary>Removes weak algorithms, and asks for keys of known types first.</summary>
    /// <param name="info">The connection.</param>
    /// <param name="knownTypes">The types of the host's keys in known_hosts.</param>
    public static void Choose(ConnectionInfo info, IReadOnlySet<string> knownTypes)
    {
        Remove(info.KeyExchangeAlgorithms);
        Remove(info.Encryptions);
        Remove(info.HmacAlgorithms);
        Remove(info.HostKeyAlgorithms);
        info.HostKeyAlgorithms.Remove(OldRsa);
        int next = 0;
        foreach (string name in info.HostKeyAlgorithms.Keys.Where(name => knownTypes.Contains(TypeOf(name))).ToArray())
        {
            var algorithm = info.HostKeyAlgorithms[name];
            info.HostKeyAlgorithms.Remove(name);
            info.HostKeyAlgorithms.Insert(next++, name, algorithm);
        }
    }

    private static string TypeOf(string algorithm) => algorithm.StartsWith("rsa-", StringComparison.Ordinal) ? OldRsa : algorithm;

    private static void Remove<T>(IDictionary<string, T> algorithms)
    {
        foreach (string name in algorithms.Keys.Where(name => Refused.Any(part => name.Contains(part, StringComparison.Ordinal))).ToArray())
            algorithms.Remove(name);
    }
}
