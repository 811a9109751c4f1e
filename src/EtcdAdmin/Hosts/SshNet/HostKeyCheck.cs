using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Compares the key of a host with known_hosts. SSH.NET itself trusts every key.</summary>
/// <param name="hop">The host.</param>
/// <param name="acceptNew">Whether an unknown key is accepted and added to known_hosts.</param>
internal sealed class HostKeyCheck(SshHop hop, bool acceptNew)
{
    /// <summary>The types of the host's known keys; the host is asked for these first.</summary>
    public IReadOnlySet<string> KnownTypes =>
        hop.KnownHosts.Find().Where(known => known.Marker.Length == 0).Select(known => known.Type).ToHashSet(StringComparer.Ordinal);

    /// <returns>Null: the key is known, or was accepted. Otherwise HostKeyUnknown, HostKeyChanged, NotSupported or FileWriteFailed.</returns>
    public EtcdException? Verify(byte[] key)
    {
        KnownHosts hosts = hop.KnownHosts;
        string shown = Convert.ToBase64String(key);
        KnownHostKey[] entries = [.. hosts.Find()];
        if (entries.FirstOrDefault(entry => entry.Marker == KnownHostKey.Revoked && entry.Key == shown) is { } revoked)
        {
            return HostKeyFailure.Changed(hop.Connection, $"it shows the {Kind(key)} key {Print(key)}",
                $"{revoked.Path}:{revoked.Line} marks this key as revoked", !hop.IsLast);
        }

        KnownHostKey[] known = [.. entries.Where(entry => entry.Marker.Length == 0)];
        if (known.Any(entry => entry.Key == shown) || IsKnownWithoutPort(hosts, shown)) return null;
        if (known.FirstOrDefault(entry => entry.Type == TypeOf(key)) is { } other)
        {
            return HostKeyFailure.Changed(hop.Connection, $"it shows the {Kind(key)} key {Print(key)}",
                $"{other.Path}:{other.Line} has {Print(Convert.FromBase64String(other.Key))}", !hop.IsLast);
        }

        string named = $"the key {TypeOf(key)} {Print(key)}";
        if (known.Length > 0) return HostKeyFailure.OtherTypes(hop.Connection, named, !hop.IsLast);
        if (entries.Any(entry => entry.Marker == KnownHostKey.Authority))
        {
            return SshNetLimits.Lacks(hop.Connection,
                "known_hosts has a certificate authority (@cert-authority) for it, and SSH.NET does not check certificates of hosts");
        }

        return acceptNew && hop.IsLast ? Accept(hosts, key) : HostKeyFailure.Unknown(hop.Connection, named, !hop.IsLast);
    }

    // As with ssh, a key that is known for the host on the default port is accepted on every port.
    private bool IsKnownWithoutPort(KnownHosts hosts, string shown) =>
        hosts.Name.StartsWith('[') && hop.Host.HostKeyAlias is null
        && (hosts with { Name = hop.Host.HostName.ToLowerInvariant() }).Find().Any(entry => entry.Marker.Length == 0 && entry.Key == shown);

    private EtcdException? Accept(KnownHosts hosts, byte[] key)
    {
        try
        {
            string file = hosts.Files is [string first, ..] ? first : HomeFolder.Expand("~/.ssh/known_hosts");
            KnownHostsFile.Add(file, hosts.Name, TypeOf(key), key, hashed: hop.Settings["hashknownhosts"] is "yes" or "true");
            return null;
        }
        catch (EtcdException e)
        {
            return e;
        }
    }

    private static string Print(byte[] key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    // The key starts with its type, a string with its length in front: RFC 4253, 6.6.
    private static string TypeOf(byte[] key)
    {
        int length = key.Length < sizeof(int) ? 0 : BinaryPrimitives.ReadInt32BigEndian(key);
        return length > 0 && length <= key.Length - sizeof(int) ? Encoding.ASCII.GetString(key, sizeof(int), length) : "";
    }

    // As ssh writes it: ED25519, ECDSA, RSA.
    private static string Kind(byte[] key)
    {
        string[] words = TypeOf(key).Split('-');
        return (words is ["ssh", string kind, ..] ? kind : words[0]).ToUpperInvariant();
    }
}
