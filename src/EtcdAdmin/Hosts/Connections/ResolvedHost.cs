namespace EtcdAdmin.Hosts.Connections;

/// <summary>Where a connection leads once ssh has read its configuration.</summary>
/// <param name="HostName">The name or address that ssh connects to, which an alias stands for.</param>
/// <param name="UserName">Whom it logs in as.</param>
/// <param name="Port">The port it connects to.</param>
public sealed record ResolvedHost(string HostName, string UserName, int Port)
{
    /// <summary>The name that its key is looked up under, and that ssh asks for a password for; null is <see cref="HostName"/>.</summary>
    public string? HostKeyAlias { get; init; }
}
