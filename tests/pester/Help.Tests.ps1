# What Get-Help shows, and that its examples are what can be typed. Those with snapshots and keys are run as they are written.
BeforeDiscovery {
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    $helps = Get-Command -Module EtcdAdmin | ForEach-Object { @{ Name = $_.Name; Command = $_; Help = Get-Help $_.Name -Full } }
    $examples = foreach ($item in $helps) { foreach ($example in $item.Help.examples.example) { @{ Name = $item.Name; Code = $example.code } } }

    # These need a store, or hosts; Invoke-Expression what went before.
    $run = $examples | Where-Object { $_.Name -match '-Etcd(Snapshot|SnapshotKey|Key)$' -and $_.Code -notmatch 's3://|Add-EtcdMember|^Invoke-Expression' }
}

BeforeAll {
    . "$PSScriptRoot/OneMember.ps1"
    $ConfirmPreference = 'None'

    if (-not $missing) {
        foreach ($name in 'prod', 'copy') { Install-EtcdCluster $name -Local -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1) | Out-Null }
        1..3 | ForEach-Object { Set-EtcdKey "/app/$_/password" $_ prod }
        1..130 | ForEach-Object { Set-EtcdKey /app/name "version $_" prod }
        $secret = ConvertTo-SecureString 'sesame' -AsPlainText -Force
        $file = 'etcd-snapshot-2026-01-31-04.00.00.db'
        $null = New-Item -ItemType Directory ./fixture/backups, ./fixture/srv
        $null = Save-EtcdSnapshot prod "./fixture/backups/$file"
        $null = Save-EtcdSnapshot prod "./fixture/$file.gz.enc" -Compress Gzip -Passphrase $secret
        Copy-Item "./fixture/backups/$file" ./fixture/before.db
        Set-EtcdKey /app/name last prod
        $null = Save-EtcdSnapshot prod ./fixture/after.db
        $null = Export-EtcdKey prod ./fixture/app.jsonl -Prefix /app/
        'Key,Value', '/csv/1,one' | Set-Content ./fixture/keys.csv
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=backup', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        Set-Content ./fixture/backup-operators.crt $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1)).ExportCertificatePem()
    }
}

AfterAll { Remove-OwnHome }

Describe 'Get-Help <Name>' -ForEach $helps {
    It 'tells all there is to tell' {
        $Help.description.Text | Should -Not -BeNullOrEmpty
        @($Help.examples.example).Count | Should -BeGreaterThan 0
        $Help.examples.example | ForEach-Object { "$($_.remarks.Text)".Trim() } | Should -Not -Contain ''
        @($Help.syntax.syntaxItem).Count | Should -Be $Command.ParameterSets.Count
        $Help.relatedLinks.navigationLink.linkText | ForEach-Object { Get-Help $_ -ErrorAction Stop } | Should -Not -BeNullOrEmpty
    }

    It 'tells what goes in and comes out' {
        $inputs = $Help.inputTypes.inputType.type.name | ForEach-Object Trim
        $outputs = $Help.returnValues.returnValue.type.name | ForEach-Object Trim
        $piped = $Command.ParameterSets.Parameters | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName }

        @($inputs | Where-Object { $_ -eq 'None' }).Count | Should -Be ($piped ? 0 : 1)
        $outputs | Should -Be ($Command.OutputType ? @($Command.OutputType.Name) : 'None')
        $Help.returnValues.returnValue.description.Text | Should -Not -BeNullOrEmpty
        if ($Command.Parameters.ContainsKey('Cluster') -and $piped.Name -contains 'Cluster') { $inputs | Should -Contain 'EtcdAdmin.Clusters.EtcdCluster' }
    }
}

Describe 'The example "<Code>"' -ForEach $examples {
    It 'is written with commands and parameters that there are' {
        $errors = $null
        $ast = [Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$errors)

        $errors | Should -BeNullOrEmpty
        foreach ($call in $ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            if ($call.GetCommandName() -eq 'journalctl') { continue } # a program, which this machine may not have
            $command = Get-Command $call.GetCommandName()
            foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                $command.ResolveParameter($parameter.ParameterName) | Should -Not -BeNullOrEmpty
            }
        }
    }
}

Describe 'The example "<Code>"' -ForEach $run {
    BeforeEach {
        if ($missing) { Set-ItResult -Skipped -Because $missing; return }
        Remove-Item ./try -Recurse -ErrorAction Ignore
        Copy-Item ./fixture ./try -Recurse
        Push-Location ./try
        if ($Name -ne 'Import-EtcdKey') { Remove-Item ./app.jsonl }
        Remove-EtcdKey -Prefix / copy
        Set-EtcdKey /app/name web demo
    }

    AfterEach { if (-not $missing) { Pop-Location } }

    It 'runs' {
        $typed = $Code -replace '\(Read-Host -AsSecureString\)', '$secret' -replace ' /srv/backups', ' ./srv' -replace '\bstaging\b', 'copy'
        # One cluster stands for several, so a snapshot of another one is restored: it says so.
        $warnings = $null
        $output = & { & ([scriptblock]::Create($typed)) } -WarningAction SilentlyContinue 3>&1 6> $null | ForEach-Object { if ($_ -is [Management.Automation.WarningRecord]) { $warnings += , "$_" } else { $_ } }

        $silent = $Code -match '(Set|Remove)-EtcdKey|-WhatIf|-eq \$false|Removed$|-eq test'
        [bool]$output | Should -Be (-not $silent -or $Code -match '^Remove-EtcdSnapshot')
        $warnings | Where-Object { $_ -notmatch 'is a snapshot of cluster|The newest complete snapshot in |is not in the old data|^Revisions go back' } | Should -BeNullOrEmpty
    }
}
