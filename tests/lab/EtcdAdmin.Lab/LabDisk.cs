namespace EtcdAdmin.Lab;

/// <summary>A disk of a host, beside that of its system.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Path">On the host, for instance <c>/dev/vdb</c>.</param>
public sealed record LabDisk(string Host, string Path);
