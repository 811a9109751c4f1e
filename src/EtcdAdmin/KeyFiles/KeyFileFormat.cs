namespace EtcdAdmin.KeyFiles;

/// <summary>How keys lie in a file; docs/design/key-export.md describes both.</summary>
public enum KeyFileFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv,
}
