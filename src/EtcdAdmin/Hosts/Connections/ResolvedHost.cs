namespace EtcdAdmin.Hosts.Connections;

/// <summary>The target of a connection after ssh has read its configuration.</summary>
/// <param name="HostName">The name or address that ssh connects to, behind an alias.</param>
/// <param name="UserName">The user it logs in as.</param>
/// <param name="Port">The port it connects to.</param>
public sealed record ResolvedHost(string HostName, string UserName, int Port)
{
    /// <summary>The name for looking up the host's key, and in ssh's password prompt; null is <see cref="HostName"/>.</summary>
    public string? HostKeyAlias { get; init; }
}
