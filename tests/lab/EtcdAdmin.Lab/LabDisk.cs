namespace EtcdAdmin.Lab;

/// <summary>A disk of a host, in addition to the system disk.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Path">The path on the host, for example <c>/dev/vdb</c>.</param>
public sealed record LabDisk(string Host, string Path);
