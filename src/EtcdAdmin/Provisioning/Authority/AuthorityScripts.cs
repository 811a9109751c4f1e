using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>The scripts that a replacement of the authority runs on a host.</summary>
internal static class AuthorityScripts
{
    /// <summary>Prints which authorities and certificates members have.</summary>
    public static string ReadTrust => ShellScript.Of(typeof(AuthorityScripts), "read-trust");

    /// <summary>Calls the other members as a member.</summary>
    public static string CallPeers => ShellScript.Of(typeof(AuthorityScripts), "call-peers");
}
